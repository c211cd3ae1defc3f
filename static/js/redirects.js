// An answer that came from another address than was asked for is a page to go to (signing in, a run), never a part.
addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = event.detail;
  if (!xhr.responseURL) return;
  const asked = new URL(pathInfo.requestPath, location.href);
  const answered = new URL(xhr.responseURL);
  if (answered.pathname === asked.pathname) return;
  event.detail.shouldSwap = false;
  location.assign(answered);
});
