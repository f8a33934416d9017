// A question, its answer in one line, and what is behind it. What a visitor has opened stays open when figures change.
function render({ model, el }) {
  const heading = document.createElement("h2");
  const answer = document.createElement("span");
  answer.className = "ck-answer";
  const inside = document.createElement("div");
  inside.className = "inside";

  if (model.get("is_folded")) {
    const fold = document.createElement("details");
    fold.className = "fold";
    const summary = document.createElement("summary");
    summary.append(heading, answer);
    fold.append(summary, inside);
    fold.open = model.get("is_open");
    fold.addEventListener("toggle", () => {
      model.set("is_open", fold.open);
      model.save_changes();
    });
    el.append(fold);
  } else {
    el.append(heading, inside);
  }
  const show = () => {
    heading.textContent = model.get("heading");
    heading.hidden = !model.get("heading");
    answer.textContent = model.get("answer");
    el.hidden = model.get("is_empty");
  };
  const fill = () => {
    inside.innerHTML = model.get("html");
    const title = model.get("heading") ? null : inside.querySelector(".ck-title");
    title?.setAttribute("role", "heading"); // of the page; in JupyterLab the notebook has one above
    title?.setAttribute("aria-level", "compkitApp" in document.body.dataset ? "1" : "2");
  };
  model.on("change:heading change:answer change:is_empty", show);
  model.on("change:html", fill);
  show();
  fill();
}

export default { render };
