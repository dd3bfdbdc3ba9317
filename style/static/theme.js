// Applies what the person chose for this browser before the first paint, and saves a new choice: any element with
// data-theme-choice="light|dark|system" or data-keys-choice="on|off" sets it when clicked. Without a saved theme the
// system decides; without a saved choice single keys are on.
(function (root) {
  function apply(name, choice) {
    if (choice === "light" || choice === "dark" || choice === "off") root.dataset[name] = choice;
    else delete root.dataset[name];
  }
  ["theme", "keys"].forEach(function (name) {
    try { apply(name, localStorage.getItem(name)); } catch (_) { /* storage is switched off */ }
    document.addEventListener("click", function (event) {
      var element = event.target.closest && event.target.closest("[data-" + name + "-choice]");
      if (!element) return;
      var choice = element.dataset[name + "Choice"];
      apply(name, choice);
      try { localStorage.setItem(name, choice); } catch (_) { /* kept for this page only */ }
    });
  });
})(document.documentElement);
