// What a result gains with scripts: a button that copies. Without them the text is there to be selected.

for (const box of document.querySelectorAll("[data-copy]")) {
  const text = box.querySelector("code");
  if (!navigator.clipboard || !text) continue;
  const button = document.createElement("button");
  const says = document.createElement("span");
  const label = box.dataset.copy;
  button.type = "button";
  button.className = "button quiet small";
  button.textContent = label;
  says.className = "unseen";
  says.setAttribute("role", "status");
  box.append(button, says);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = box.dataset.copied;
    says.textContent = box.dataset.copied;
    setTimeout(() => {
      button.textContent = label;
      says.textContent = "";
    }, 2000);
  });
}
