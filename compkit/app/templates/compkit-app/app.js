// The page around the widgets: hides what was shown while they loaded, and watches the kernel.
(() => {
  const CHECK_MS = 3000;
  const QUIET_MS = 20000;
  const SLOW_MS = 20000;
  const STUCK_MS = 90000;
  const RESTARTED = "compkit:restarted";
  const status = document.getElementById("status");
  const config = JSON.parse(document.getElementById("jupyter-config-data").textContent);
  const address = `/api/kernels/${config.kernelId}`;
  let isOver = false;
  let connectedAt = 0;

  function say(text, withButton) {
    status.replaceChildren();
    if (!text) return;
    const line = document.createElement("p");
    line.textContent = text;
    status.append(line);
    if (withButton) {
      const button = document.createElement("button");
      button.textContent = "Start again";
      button.addEventListener("click", restart);
      status.append(button);
    }
  }

  function restart() {
    sessionStorage.setItem(RESTARTED, String(Date.now()));
    location.reload();
  }

  // A session that ends again at once is not started for ever.
  function hasJustRestarted(quiet) {
    return Date.now() - Number(sessionStorage.getItem(RESTARTED) ?? 0) < quiet;
  }

  async function check() {
    if (isOver || document.hidden) return;
    let answer;
    try {
      answer = await fetch(address, { cache: "no-store" });
    } catch {
      say("The app does not answer. What you typed is kept in this tab; this page goes on when the app is back.", false);
      return;
    }
    if (answer.ok) {
      const { connections } = await answer.json();
      if (connections && !connectedAt) connectedAt = Date.now();
      const waited = connectedAt && !("alive" in document.body.dataset) ? Date.now() - connectedAt : 0;
      // On a computer that is very busy, a message may come too late for the widgets to be shown.
      if (waited > STUCK_MS && !hasJustRestarted(3 * STUCK_MS)) restart();
      else if (waited > SLOW_MS) say("Loading takes longer than usual.", true);
      else say("", false);
    } else if (answer.status === 404) {
      isOver = true;
      const kept = "What you typed is kept.";
      if (hasJustRestarted(QUIET_MS)) {
        say(`Your session has ended again. ${kept}`, true);
      } else {
        say(`Your session has ended: it was idle for long, or took too much memory or time. Starting a new one. ${kept}`, false);
        setTimeout(restart, 1500);
      }
    } else {
      isOver = true;
      say("The app was started again. Open the address it printed in this tab; what you typed is kept.", false);
    }
  }

  // anywidget gives a widget's script two seconds, which is too few on a busy computer, and then never tries again.
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (milliseconds) => timeout(Math.max(milliseconds, STUCK_MS));

  // Voila's script ends the session before the page is left: also for a mailto: link, and then the page stays without.
  addEventListener("beforeunload", (event) => event.stopImmediatePropagation());
  addEventListener("pagehide", (event) => {
    if (event.persisted) return;
    const form = new FormData();
    form.append("_xsrf", /\b_xsrf=([^;]*)/.exec(document.cookie)?.[1] ?? "");
    navigator.sendBeacon(`/voila/api/shutdown/${config.kernelId}`, form);
  });

  if (Object.keys(sessionStorage).some((key) => key.startsWith("compkit:draft:"))) {
    document.getElementById("first-paint").replaceChildren(); // it shows the file, not what was typed
  }
  const cells = document.getElementById("cells");
  const alive = new MutationObserver(() => {
    if (!document.querySelector("#cells .jupyter-widgets")) return;
    alive.disconnect();
    document.getElementById("loading").remove();
    document.getElementById("first-paint").remove();
    document.body.dataset.alive = "";
  });
  alive.observe(cells, { childList: true, subtree: true });
  setInterval(check, CHECK_MS);
  document.addEventListener("visibilitychange", check);
})();
