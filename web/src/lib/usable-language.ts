// A browser under the POSIX locale calls its language `en-US@posix`, which Intl refuses; the chart library
// asks for it while it loads and would take every page with a chart down.
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en-US", configurable: true });
}
