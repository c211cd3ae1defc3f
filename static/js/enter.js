// Enter = 'Volgende', also on a page of the wizard where nothing is to be filled in.
addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("body, [tabindex='-1']")) document.querySelector("[data-enter]")?.click();
});
