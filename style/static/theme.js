// Applies the saved theme before the first paint, and saves a new choice: any element with
// data-theme-choice="light|dark|system" sets it when clicked. Without a saved choice the system decides.
(function (root) {
  function apply(theme) {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  }
  try { apply(localStorage.getItem("theme")); } catch (_) { /* storage is switched off */ }
  document.addEventListener("click", function (event) {
    var choice = event.target.closest && event.target.closest("[data-theme-choice]");
    if (!choice) return;
    apply(choice.dataset.themeChoice);
    try { localStorage.setItem("theme", choice.dataset.themeChoice); } catch (_) { /* kept for this page only */ }
  });
})(document.documentElement);
