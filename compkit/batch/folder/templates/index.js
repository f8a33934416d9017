/* All that people typed reaches the page as text, never as markup. */
function start(root, { columns, rows, unknown }, [singular, plural]) {
  const table = root.querySelector("table");
  const body = table.tBodies[0];
  const box = table.parentElement;
  const heads = [...table.tHead.rows[0].cells];
  const labels = heads.map((head) => head.textContent.trim());
  const [search, clear, sort, turn, size] = ["#search", "#clear", "#sort", "#turn", ".size"].map((one) => root.querySelector(one));
  const filters = [...root.querySelectorAll("select[data-column]")];
  const pagers = [...root.querySelectorAll(".pager")];
  const inWords = (n) => n.toLocaleString("en-US");
  const usual = { column: null, up: true };
  let order = usual;
  let page = 0;
  let searched = null;

  const isAscii = (text) => !/[^\0-\x7f]/.test(text);
  const plain = (text) => isAscii(text) ? text.toLowerCase() : text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const textOf = (word) => {
    if (typeof word === "string") return word;
    return Array.isArray(word) ? word.join("\n") : word.items.flatMap(([label, , , failure]) => [label, failure]).join("\n");
  };
  const textOfRow = () => {
    const words = columns.map((column) => column.words.map((word) => plain(textOf(word))));
    return rows.map((row) => row.map((place, column) => (place === null ? "" : words[column][place])).join("\n"));
  };

  const chosen = (row, filter) => {
    const column = Number(filter.dataset.column);
    const place = row[column];
    const state = place === null ? undefined : columns[column].words[place].state;
    return filter.value === "any" || filter.value === (state ?? (place === null ? "" : String(place)));
  };
  const found = () => {
    const asked = filters.filter((filter) => filter.value !== "any");
    const words = search ? plain(search.value).split(/\s+/).filter(Boolean) : [];
    if (words.length) searched ??= textOfRow();
    const fits = (row, number) =>
      asked.every((filter) => chosen(row, filter)) && words.every((word) => searched[number].includes(word));
    return rows.filter(fits);
  };
  const inOrder = (some) => {
    const { column, up } = order;
    if (column === null) return some;
    return some.sort((a, b) => {
      const [x, y] = [a[column], b[column]];
      if (x === null || y === null) return (x === null) - (y === null);
      return up ? x - y : y - x;
    });
  };

  const made = (tag, text, name) => {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    if (name) element.className = name;
    return element;
  };
  const offerCell = ([name, id]) => {
    const cell = made("th");
    cell.scope = "row";
    cell.append(name, made("br"), made("small", id));
    return cell;
  };
  const pageCell = ([name, address]) => {
    const cell = made("th");
    cell.scope = "row";
    const link = made(address ? "a" : "span", name);
    if (address) link.setAttribute("href", encodeURI(address));
    cell.append(link);
    return cell;
  };
  const linkTo = (address, text, title, id) => {
    const link = made("a", text);
    link.setAttribute("href", address.replace("*", () => encodeURIComponent(id)));
    link.title = title;
    return link;
  };
  const reportsCell = ({ state, items }, id) => {
    const cell = made("td", items.length ? "" : state, "reports");
    if (!items.length) return cell;
    const list = made("ul");
    for (const [label, title, address, failure, pdf] of items) {
      const item = made("li");
      if (failure) {
        item.append(made("span", `${label} failed`, "bad"), `: ${failure}`);
      } else {
        item.append(linkTo(address, label, title, id));
        if (pdf) item.append(" ", linkTo(pdf, "PDF", `${title}, as PDF`, id));
      }
      list.append(item);
    }
    cell.append(list);
    return cell;
  };
  const valueCell = (column, place) => {
    const word = place === null ? unknown : columns[column].words[place];
    const tone = columns[column].tones[place];
    const cell = made("td", "", columns[column].kind);
    cell.append(tone ? made("span", word, tone) : word);
    return cell;
  };
  const shown = (row) => {
    const line = made("tr");
    const offer = columns[0].words[row[0]];
    row.forEach((place, column) => {
      const special = {
        offer: () => offerCell(offer), page: () => pageCell(offer), reports: () => reportsCell(columns[column].words[place], offer[1]),
      }[columns[column].kind];
      const cell = special ? special() : valueCell(column, place);
      if (column) cell.dataset.label = labels[column];
      line.append(cell);
    });
    return line;
  };
  const draw = (stands = false) => {
    const fitting = inOrder(found());
    const n = size ? Number(size.value) : rows.length;
    const last = Math.max(0, Math.ceil(fitting.length / n) - 1);
    page = Math.min(page, last);
    const part = fitting.slice(page * n, (page + 1) * n);
    if (!stands) body.replaceChildren(...part.map(shown));
    tell(fitting.length, part.length, page * n, last);
  };
  const tell = (nFitting, nShown, nBefore, last) => {
    const all = rows.length === 1 ? `1 ${singular}` : `${inWords(rows.length)} ${plural}`;
    const fitting = nFitting === rows.length ? all : `${inWords(nFitting)} of ${all}`;
    const range = nShown < nFitting ? `, ${inWords(nBefore + 1)} to ${inWords(nBefore + nShown)} here` : "";
    const isAll = nFitting === rows.length && nShown === rows.length;
    const nothing = "No offer matches. Clear the search and filters to see all.";
    root.querySelector("[role=status]").textContent = isAll ? "" : nFitting ? `${fitting}${range}.` : nothing;
    for (const pager of pagers) {
      pager.querySelector(".at").textContent = `Page ${inWords(page + 1)} of ${inWords(last + 1)}`;
      /* A button that is switched off would lose the keyboard's place, so it only says that it does nothing. */
      for (const button of pager.querySelectorAll("button")) {
        const back = ["first", "previous"].includes(button.dataset.go);
        button.setAttribute("aria-disabled", String(back ? page === 0 : page === last));
      }
    }
  };

  const sortBy = (column, up) => {
    order = column === null ? usual : { column, up };
    for (const head of heads) head.removeAttribute("aria-sort");
    if (column !== null) heads[column].setAttribute("aria-sort", up ? "ascending" : "descending");
    if (sort) sort.value = column === null ? "" : String(column);
    if (turn) turn.setAttribute("aria-disabled", String(column === null));
    page = 0;
    draw();
  };
  const again = () => {
    page = 0;
    draw();
  };

  heads.forEach((head, column) => {
    head.firstElementChild.addEventListener("click", () => {
      if (order.column !== column) sortBy(column, true);
      else if (order.up) sortBy(column, false);
      else sortBy(null, true);
    });
  });
  for (const choice of [search, ...filters, size]) choice?.addEventListener("input", again);
  sort?.addEventListener("change", () => sortBy(sort.value === "" ? null : Number(sort.value), true));
  turn?.addEventListener("click", () => order.column !== null && sortBy(order.column, !order.up));
  clear?.addEventListener("click", () => {
    search.value = "";
    for (const filter of filters) filter.value = "any";
    again();
    search.focus();
  });
  for (const pager of pagers) {
    pager.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (!button || button.getAttribute("aria-disabled") === "true") return;
      page = { first: 0, previous: page - 1, next: page + 1, last: Infinity }[button.dataset.go];
      draw();
      box.scrollTop = 0;
      if (pager === pagers[1]) {
        box.scrollIntoView();
        box.focus({ preventScroll: true });
      }
    });
  }
  for (const hidden of root.querySelectorAll("#bar, .sorts, .line, .line > div")) hidden.hidden = false;
  const bar = root.querySelector("#bar details");
  if (bar) bar.open = matchMedia("(min-width: 48.01rem)").matches;
  draw(true);
}
for (const data of document.querySelectorAll("script[type='application/json']")) {
  start(data.closest("section"), JSON.parse(data.textContent), data.dataset.noun.split(","));
}
