// Opens a file. One that is too large is refused here: sending it would end the connection.
function render({ model, el }) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  const message = document.createElement("p");
  label.className = "ck-upload jupyter-button widget-button";
  input.type = "file";
  input.accept = model.get("accept");
  message.setAttribute("role", "alert");
  label.append(input, model.get("label"));
  el.append(label, message);
  model.on("msg:custom", (content) => content.do === "focus" && input.focus());
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    const limit = model.get("max_bytes");
    message.textContent = "";
    if (file.size > limit) {
      const size = (file.size / 1e6).toFixed(1);
      message.textContent = `${file.name} is ${size} MB. Choose a file under ${Math.round(limit / 1e6)} MB.`;
    } else {
      model.send({ name: file.name }, undefined, [await file.arrayBuffer()]);
    }
    input.value = ""; // so that the same file can be chosen again
  });
}

export default { render };
