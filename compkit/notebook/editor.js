// What the form's widgets can't say by themselves: which message belongs to a field, and what a button shows.
let count = 0;

function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

function wire(form) {
  for (const field of form.querySelectorAll(".ck-field")) {
    const control = field.querySelector("input, select, textarea");
    const note = field.querySelector(".ck-note");
    if (!control || !note) continue;
    note.id ||= `ck-note-${++count}`;
    set(note, "aria-live", "polite");
    set(control, "aria-describedby", note.id);
    set(control, "aria-invalid", String(field.querySelector(".ck-wrong") !== null));
  }
  // Without this, an arrow in a menu goes to the next cell of JupyterLab, and a letter may add or delete one.
  for (const control of form.querySelectorAll("select, button")) set(control, "data-lm-suppress-shortcuts", "true");
  for (const live of form.querySelectorAll(".ck-live")) set(live, "role", "status");
  for (const button of form.querySelectorAll("button.ck-disclosure"))
    set(button, "aria-expanded", String(button.classList.contains("ck-open")));
}

function render({ model, el }) {
  let frame, observer;
  const ended = new AbortController();
  const start = () => {
    const form = el.closest(".ck-form");
    if (!form) {
      frame = requestAnimationFrame(start);
      return;
    }
    observer = new MutationObserver(() => wire(form));
    observer.observe(form, { subtree: true, childList: true, attributes: true, attributeFilter: ["class"] });
    // Whoever leaves a field, presses Enter, or chooses from a menu types no more.
    form.addEventListener("change", () => model.send({ event: "typed" }), { signal: ended.signal });
    wire(form);
  };
  start();
  return () => {
    cancelAnimationFrame(frame);
    observer?.disconnect();
    ended.abort();
  };
}

export default { render };
