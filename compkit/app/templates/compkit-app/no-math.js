// In place of MathJax, which would make formulas of the amounts between two dollar signs.
window.MathJax = {
  Ajax: {}, InputJax: { TeX: { resetEquationNumbers() {} } },
  Hub: { Config() {}, Configured() {}, Queue() {}, Register: { StartupHook() {} } },
};
