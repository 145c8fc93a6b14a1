// What the lab's pages gain with scripts: a word while something runs, a table to copy, and whether this browser finds the apps.
// All words come from the page.

for (const form of document.querySelectorAll("form[data-busy]")) {
  const says = document.createElement("p");
  says.className = "note";
  says.setAttribute("role", "status");
  form.after(says);
  form.addEventListener("submit", () => {
    says.textContent = form.dataset.busy;
  });
}
// Whoever comes back with the back button finds nothing running.
window.addEventListener("pageshow", () => {
  for (const says of document.querySelectorAll("form[data-busy] + [role=status]")) says.textContent = "";
});

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  const before = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.value);
      button.textContent = button.dataset.copied;
      setTimeout(() => {
        button.textContent = before;
      }, 2000);
    } catch {
      source.focus();
      source.select();
    }
  });
}

const probe = document.querySelector("[data-probe]");
if (probe) {
  fetch(probe.dataset.probe, { mode: "no-cors", cache: "no-store" }).catch(() => {
    probe.hidden = false;
  });
}
