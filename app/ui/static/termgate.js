// What little the pages do in the browser beyond htmx: forms that htmx sends carry the visit's token.
// Everything works without this file; it only saves a page load here and there.
document.addEventListener("htmx:config:request", (event) => {
  const token = document.querySelector("input[name=token]");
  if (token) event.detail.ctx.request.headers["x-form-token"] = token.value;
});
// A form that was put in a link's place takes the focus that the link had.
document.addEventListener("htmx:after:swap", () => {
  const field = document.querySelector("#correct input:not([type=hidden])");
  if (field && (document.activeElement === document.body || !document.activeElement)) field.focus();
});
// A sentence that is selected in a text fills the form that asks for one.
document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  const field = document.querySelector("textarea[data-selection]");
  const node = selection && selection.rangeCount ? selection.getRangeAt(0).commonAncestorContainer : null;
  const place = node && (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
  if (field && place && place.closest(".paper") && !selection.isCollapsed) field.value = selection.toString().trim();
});
