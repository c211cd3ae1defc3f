// 'Afdrukken' on the page that is made for it.
addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
