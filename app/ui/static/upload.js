// Files that are dropped on a form, and a word on a file before it is sent. The server checks all of it again.
for (const form of document.querySelectorAll("form.drop")) {
  const input = form.querySelector("input[type=file]");
  const told = document.getElementById(input.getAttribute("aria-describedby"));
  const usual = told.textContent;
  const invited = `Drop the file here, or choose one. ${usual}`;
  told.textContent = invited;
  told.setAttribute("role", "status");

  const trouble = (file) => {
    const name = file.name.toLowerCase();
    if (!input.accept.split(",").some((suffix) => name.endsWith(suffix))) return `${file.name} is of a kind that is not read. Choose ${input.accept.replaceAll(",", ", ")}.`;
    if (file.size > Number(input.dataset.largest)) return `${file.name} has ${(file.size / 1048576).toFixed(1)} MB; ${input.dataset.largest / 1048576} MB is the most.`;
    return file.size ? "" : `${file.name} is empty.`;
  };
  const tell = () => {
    const file = input.files[0];
    const wrong = file ? trouble(file) : "";
    input.setCustomValidity(wrong);
    input.setAttribute("aria-invalid", String(Boolean(wrong)));
    if (!file) input.removeAttribute("aria-invalid");
    told.classList.toggle("bad", Boolean(wrong));
    told.textContent = wrong || (file ? `${file.name}, ${Math.ceil(file.size / 1024).toLocaleString("en")} KB, is ready to be sent.` : invited);
  };

  input.addEventListener("change", tell);
  let inside = 0;
  form.addEventListener("dragenter", () => form.classList.toggle("over", ++inside > 0));
  form.addEventListener("dragleave", () => form.classList.toggle("over", --inside > 0));
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    inside = 0;
    form.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    const one = new DataTransfer();
    one.items.add(event.dataTransfer.files[0]);
    input.files = one.files;
    tell();
    input.focus();
  });
}
// A file that misses its form does not replace the page.
for (const what of ["dragover", "drop"]) document.addEventListener(what, (event) => event.preventDefault());
