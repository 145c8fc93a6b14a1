// The app of a header cell: it signs in, keeps what it gets in sessionStorage, and adds it to each request itself.
// After each step the page is loaded again, so that it shows what the door has written down.

const app = document.querySelector("[data-app]");
const part = (name) => app.querySelector(`[${name}]`);
const NAMES = ["session_token", "access_token", "refresh_token"];
const WORD = "said";

const credential = () => sessionStorage.getItem("session_token") ?? sessionStorage.getItem("access_token");

function headers() {
  const token = credential();
  return token ? { Authorization: `Bearer ${token}` } : {};
}

async function signIn() {
  const { email, password, app: deliver } = app.dataset;
  const answer = await fetch("/api/v1/sessions", {
    method: "POST",
    credentials: "omit",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password, deliver }),
  });
  const got = await answer.json();
  for (const name of NAMES) if (typeof got[name] === "string") sessionStorage.setItem(name, got[name]);
  return answer.status;
}

async function signOut() {
  const answer = await fetch("/api/v1/session", { method: "DELETE", credentials: "omit", headers: headers() });
  if (answer.ok) for (const name of NAMES) sessionStorage.removeItem(name);
  return answer.status;
}

async function whoAmI() {
  const answer = await fetch("/api/v1/session", { credentials: "omit", headers: headers() });
  return answer.status;
}

const steps = { "sign-in": signIn, "sign-out": signOut, who: whoAmI };

for (const button of app.querySelectorAll("[data-do]")) {
  button.addEventListener("click", async () => {
    let status;
    try {
      status = await steps[button.dataset.do]();
    } catch {
      status = 0;
    }
    sessionStorage.setItem(WORD, JSON.stringify({ step: button.dataset.do, status }));
    location.reload();
  });
}

function tell() {
  const said = JSON.parse(sessionStorage.getItem(WORD) ?? "null");
  const inside = credential() !== null;
  part("data-buttons").hidden = false;
  app.querySelector("[data-do=sign-in]").hidden = inside;
  app.querySelector("[data-do=sign-out]").hidden = !inside;
  const { in: signedIn, out, unknown, answered, email } = app.dataset;
  let words = inside ? `${signedIn} ${email}` : out;
  if (said?.status === 401) words = out;
  if (said?.status === 0 || said?.status >= 500) words = unknown;
  part("data-who").textContent = words;
  if (said) {
    const note = document.createElement("p");
    note.className = "note";
    note.textContent = `${answered} ${said.status}.`;
    part("data-who").after(note);
  }
}

function show(name, value) {
  const term = document.createElement("dt");
  const text = document.createElement("dd");
  term.textContent = name;
  text.textContent = `${value.slice(0, 24)}… (${value.length})`;
  part("data-kept").append(term, text);
}

tell();
for (const name of NAMES) {
  const value = sessionStorage.getItem(name);
  if (value !== null) show(name, value);
}
part("data-nothing").hidden = credential() !== null;
