// What little the pages do in the browser beyond htmx: forms that htmx sends carry the visit's token.
// Everything works without this file; it only saves a page load here and there.
document.addEventListener("htmx:config:request", (event) => {
  const token = document.querySelector("input[name=token]");
  if (token) event.detail.ctx.request.headers["x-form-token"] = token.value;
});
