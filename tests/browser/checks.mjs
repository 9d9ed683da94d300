// What holds of every page that this project makes, in any view of it.

// Roles that say nothing without a name.
const NAMED = new Set([
  'button', 'checkbox', 'combobox', 'dialog', 'DisclosureTriangle', 'figure',
  'heading', 'image', 'link', 'listbox', 'radio', 'region', 'searchbox',
  'slider', 'SvgRoot', 'table', 'textbox',
]);

// Everything that is wrong with the page in its present view, one line each,
// which begins with the name of the check. `marks` selects what a picture says
// by colour.
export async function faultsOf(page, {marks = DRAWN} = {}) {
  return [
    ...await page.evaluate(structureFaults),
    ...await page.evaluate(layoutFaults),
    ...await page.evaluate(contrastFaults, marks),
    ...await nameFaults(page),
    // Last, for what the page does after it is loaded.
    ...requestFaults(page),
    ...messageFaults(page),
  ];
}

const DRAWN = 'svg :is(rect, circle, ellipse, line, path, polygon, polyline)';

export function requestFaults(page) {
  // What a page has made itself comes from nowhere.
  const [own] = page.url.split('#');
  return page.requests.filter((url) => url !== own && !url.startsWith('blob:'))
      .map((url) => `request: ${url.slice(0, 200)}`);
}

export function messageFaults(page) {
  return page.messages
      .filter(({level}) => ['error', 'warning', 'assert'].includes(level))
      .map(({level, text}) => `console: ${level}: ${text}`);
}

export async function nameFaults(page) {
  const nodes = await page.accessibleNodes();
  return nodes.filter(({role, name}) => NAMED.has(role) && name.trim() === '')
      .map(({role}) => `name: a ${role} has none`);
}

// From here on: what runs in the page, so each function has to be whole.

export function structureFaults() {
  const faults = [];
  const all =
      (selector, root = document) => [...root.querySelectorAll(selector)];
  const start = (element) => element.cloneNode(false).outerHTML.slice(0, 120);

  for (const [what, selector] of [
         ['language', 'html[lang]:not([lang=""])'],
         ['title', 'head title:not(:empty)'],
         ['viewport', 'meta[name=viewport]'],
         ['character set', 'meta[charset]'],
       ]) {
    if (!document.querySelector(selector)) faults.push(`document: no ${what}`);
  }

  let level = 0;
  for (const heading of all('h1, h2, h3, h4, h5, h6')) {
    const next = Number(heading.localName[1]);
    if (next > level + 1 || (next === 1 && level > 0)) {
      faults.push(
          `heading: h${next} after ${level === 0 ? 'nothing' : `h${level}`}: ` +
          heading.textContent.slice(0, 60));
    }
    level = next;
  }
  if (level === 0) faults.push('heading: none');

  if (all('main').length !== 1) faults.push('landmark: expected one main');
  const landmarks = 'main, body > header, body > footer, nav, aside';
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const {data, parentElement} = texts.currentNode;
    if (data.trim() !== '' &&
        !parentElement.closest(`${landmarks}, script, style`)) {
      faults.push(`landmark: text outside of all: ${data.trim().slice(0, 60)}`);
    }
  }

  for (const table of all('table')) {
    if (!table.caption && !table.ariaLabel &&
        !table.hasAttribute('aria-labelledby')) {
      faults.push(
          `table: no caption: ${table.textContent.trim().slice(0, 60)}`);
    }
    // What the headers of columns and of rows cover.
    const columns = new Set();
    for (const row of table.rows) {
      let column = 0;
      const rowHeader = row.querySelector(':scope > th[scope=row]');
      for (const cell of row.cells) {
        if (cell.localName === 'th' && !cell.scope) {
          faults.push(`table: a header without scope: ${
              cell.textContent.slice(0, 60)}`);
        }
        for (let i = 0; i < cell.colSpan; ++i, ++column) {
          if (cell.localName === 'th' && cell.scope.startsWith('col')) {
            columns.add(column);
          } else if (
              cell.localName === 'td' && !columns.has(column) && !rowHeader) {
            faults.push(`table: a cell without header: ${
                cell.textContent.slice(0, 60)}`);
          }
        }
      }
    }
  }

  const ids = new Set();
  for (const {id} of all('[id]')) {
    if (ids.has(id)) faults.push(`reference: two elements have the id ${id}`);
    ids.add(id);
  }
  for (const attribute of [
         'for', 'headers', 'aria-labelledby', 'aria-describedby',
         'aria-controls', 'aria-details',
       ]) {
    for (const element of all(`[${attribute}]`)) {
      for (const id of element.getAttribute(attribute).split(/\s+/)) {
        if (!ids.has(id)) {
          faults.push(`reference: to nothing: ${start(element)}`);
        }
      }
    }
  }
  for (const element of all('[href^="#"]')) {
    const id = decodeURIComponent(element.getAttribute('href').slice(1));
    if (id !== '' && !ids.has(id)) {
      faults.push(`reference: to nothing: ${start(element)}`);
    }
  }
  // A page that is sent on asks for nothing, wherever it is opened.
  const asking = 'link[href], base[href], [src], [srcset], [data], [poster], ' +
      '[background], [action], use[href]:not([href^="#"]), image';
  for (const element of all(asking)) {
    faults.push(`request: could be made by ${start(element)}`);
  }
  return faults;
}

export function layoutFaults() {
  const faults = [];
  const root = document.documentElement;
  const print = matchMedia('print').matches;
  const slack = 1;  // px, for what is rounded
  const gap = 3;    // px, with less between them two labels read as one

  if (root.scrollWidth > root.clientWidth) {
    faults.push(
        `overflow: the page is ${root.scrollWidth} px wide in a window of ` +
        `${root.clientWidth} px`);
  }

  const styles = new Map();
  const styleOf = (element) => {
    if (!styles.has(element)) styles.set(element, getComputedStyle(element));
    return styles.get(element);
  };
  const unreachable = new Set();  // what scrolls, but not by the keyboard
  // Whether `rect` of something in `element` cannot be seen, not by scrolling
  // either.
  const isCut = (rect, element) => {
    for (let box = element; box && box !== root; box = box.parentElement) {
      const style = styleOf(box);
      if (style.display === 'inline' || style.display === 'contents') continue;
      const edge = box.getBoundingClientRect();
      // What is for screen readers alone.
      if (edge.width <= slack && edge.height <= slack) return false;
      for (const [overflow, before, size, shown, whole] of [
             [style.overflowX, rect.left - edge.left + box.scrollLeft,
              rect.width, edge.width, box.scrollWidth],
             [style.overflowY, rect.top - edge.top + box.scrollTop,
              rect.height, edge.height, box.scrollHeight],
           ]) {
        const isIn = (room) => before >= -slack && before + size <= room + slack;
        if (overflow === 'visible' || isIn(shown)) continue;
        // Paper does not scroll.
        const scrolls = !print && ['auto', 'scroll'].includes(overflow);
        if (!scrolls || !isIn(Math.max(shown, whole))) return true;
        if (box.tabIndex < 0) unreachable.add(box);
        return false;
      }
    }
    return rect.left < -slack || rect.right > root.clientWidth + slack;
  };

  const range = document.createRange();
  const labels = new Map();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const element = text.parentElement;
    if (text.data.trim() === '' || !element.checkVisibility()) continue;
    range.selectNodeContents(text);
    const rects = [...range.getClientRects()].filter(({width}) => width > 0);
    if (rects.some((rect) => isCut(rect, element))) {
      faults.push(`cut: ${text.data.trim().slice(0, 60)}`);
    }
    const svg = element.closest('svg');
    if (svg === null) continue;
    if (!labels.has(svg)) labels.set(svg, []);
    for (const rect of rects) {
      for (const other of labels.get(svg)) {
        const wide =
            Math.min(rect.right, other.right) - Math.max(rect.left, other.left);
        const high =
            Math.min(rect.bottom, other.bottom) - Math.max(rect.top, other.top);
        if (wide > -gap && high > rect.height / 4) {
          faults.push(`overlap: ${text.data.trim().slice(0, 60)}`);
        }
      }
    }
    labels.get(svg).push(...rects);
  }
  for (const shape of document.querySelectorAll('svg *')) {
    if (!(shape instanceof SVGGeometryElement) || !shape.checkVisibility() ||
        shape.closest('defs, pattern, clipPath, mask, marker, symbol')) {
      continue;
    }
    if (isCut(shape.getBoundingClientRect(), shape.ownerSVGElement)) {
      faults.push(`cut: ${shape.outerHTML.slice(0, 120)}`);
    }
  }
  for (const box of unreachable) {
    faults.push(`focus: ${box.localName} scrolls by mouse alone`);
  }
  return faults;
}

// Contrast as WCAG 2 defines it: text 4.5, large text 3, what a mark is drawn
// with 3.
export function contrastFaults(marks) {
  const faults = [];

  // Colours are [red, green, blue, alpha], the alpha from 0 to 1.
  const canvas = document.createElement('canvas').getContext('2d', {
    willReadFrequently: true,
  });
  const colours = new Map();
  const parse = (text) => {
    if (!colours.has(text)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = text;
      canvas.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
      colours.set(text, [red, green, blue, alpha / 255]);
    }
    return colours.get(text);
  };
  const over = (top, below) => top.map(
      (value, i) => i === 3 ? 1 : value * top[3] + below[i] * (1 - top[3]));
  const fade = ([red, green, blue, alpha], opacity) =>
      [red, green, blue, alpha * opacity];
  const luminance = (colour) => {
    const [red, green, blue] = colour.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ratio = (one, other) => {
    const [dark, bright] =
        [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };

  const probe = document.body.appendChild(document.createElement('div'));
  probe.style.background = 'Canvas';
  const paper = parse(getComputedStyle(probe).backgroundColor);
  probe.remove();

  const memo = (compute) => {
    const known = new Map();
    return (key) => {
      if (!known.has(key)) known.set(key, compute(key));
      return known.get(key);
    };
  };
  const styleOf = memo((element) => getComputedStyle(element));
  const rectOf = memo((element) => element.getBoundingClientRect());
  const opacityOf = memo(
      (element) => element === null ?
          1 :
          Number(styleOf(element).opacity) * opacityOf(element.parentElement));
  // What is painted below the content of an element of HTML; null if it is an
  // image.
  const backdropOf = memo((element) => {
    if (element === null) return paper;
    const style = styleOf(element);
    const colour = parse(style.backgroundColor);
    if (style.backgroundImage !== 'none') return null;
    if (colour[3] === 1) return colour;
    const below = backdropOf(element.parentElement);
    return below && over(colour, below);
  });
  // The colours that a fill or a stroke is made of; none for `none`.
  const paintsOf = (element, property) => {
    const style = styleOf(element);
    const paint = style[property];
    if (paint === 'none' ||
        (property === 'stroke' && style.strokeWidth === '0px')) {
      return [];
    }
    const server = /^url\("#(.*)"\)/.exec(paint);
    if (server) {
      const parts = document.getElementById(server[1])?.querySelectorAll('*');
      return [...parts ?? []].flatMap(
          (part) => part.localName === 'stop' ?
              [parse(styleOf(part).stopColor)] :
              [...paintsOf(part, 'fill'), ...paintsOf(part, 'stroke')]);
    }
    const opacity = Number(style[`${property}Opacity`]) * opacityOf(element);
    return [fade(parse(paint), opacity)].filter(([, , , alpha]) => alpha > 0);
  };
  const shapesOf = memo(
      (svg) => [...svg.querySelectorAll('*')].filter(
          (shape) => shape instanceof SVGGeometryElement &&
              shape.checkVisibility() &&
              !shape.closest('defs, pattern, clipPath, mask, marker, symbol')));
  const lastShapesOf = memo((svg) => shapesOf(svg).slice().reverse());
  // The colours on which a part of a picture is painted: of the last shape
  // before it that is below its middle, or of the page.
  const groundOf = (element, rect) => {
    const svg = element.closest('svg');
    const x = (rect.left + rect.right) / 2;
    const y = (rect.top + rect.bottom) / 2;
    const page = backdropOf(svg);
    for (const shape of lastShapesOf(svg)) {
      const box = rectOf(shape);
      if (x < box.left || x > box.right || y < box.top || y > box.bottom ||
          !(shape.compareDocumentPosition(element) &
            Node.DOCUMENT_POSITION_FOLLOWING)) {
        continue;
      }
      const paints = paintsOf(shape, 'fill');
      if (paints.length > 0) {
        return paints.map((paint) => page && over(paint, page));
      }
    }
    return [page];
  };

  const judge = (colour, grounds, size, weight, said) => {
    const large = size >= 24 || (size >= 18.66 && weight >= 700);
    const least = large ? 3 : 4.5;
    for (const ground of grounds) {
      const got = ground && ratio(over(colour, ground), ground);
      if (got === null) {
        faults.push(`contrast: on an image: ${said}`);
      } else if (got < least) {
        faults.push(`contrast: ${got.toFixed(2)}, expected ${least}: ${said}`);
      }
    }
  };

  const visible = {opacityProperty: true, visibilityProperty: true};
  const range = document.createRange();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const element = text.parentElement;
    const said = text.data.trim().slice(0, 60);
    if (said === '' || !element.checkVisibility(visible)) continue;
    range.selectNodeContents(text);
    const rect = range.getBoundingClientRect();
    if (rect.width === 0) continue;
    const style = styleOf(element);
    const size = parseFloat(style.fontSize);
    if (element.closest('svg') && !element.closest('foreignObject')) {
      for (const paint of paintsOf(element, 'fill')) {
        judge(paint, groundOf(element, rect), size, style.fontWeight, said);
      }
    } else {
      judge(
          fade(parse(style.color), opacityOf(element)), [backdropOf(element)],
          size, style.fontWeight, said);
    }
  }
  // What has text, but no text node.
  for (const element of document.querySelectorAll('*')) {
    for (const part of ['::before', '::after', '::marker']) {
      const style = getComputedStyle(element, part);
      if (!/^"(?! *")/.test(style.content) ||
          !element.checkVisibility(visible)) {
        continue;
      }
      judge(
          fade(parse(style.color), opacityOf(element)), [backdropOf(element)],
          parseFloat(style.fontSize), style.fontWeight,
          `${part} ${style.content}`);
    }
  }
  for (const field of document.querySelectorAll('input, textarea, select')) {
    if (!field.checkVisibility(visible)) continue;
    const style = styleOf(field);
    judge(
        parse(style.color), [backdropOf(field)], parseFloat(style.fontSize),
        style.fontWeight, `${field.localName} ${field.id}`);
  }

  for (const mark of document.querySelectorAll(marks)) {
    if (!mark.checkVisibility(visible)) continue;
    const drawn = mark instanceof SVGElement;
    if (drawn && !shapesOf(mark.ownerSVGElement).includes(mark)) continue;
    const paints = drawn ?
        [...paintsOf(mark, 'fill'), ...paintsOf(mark, 'stroke')] :
        [parse(styleOf(mark).backgroundColor)];
    const grounds =
        drawn ? groundOf(mark, rectOf(mark)) : [backdropOf(mark.parentElement)];
    const best = (ground) => Math.max(
        0, ...paints.map((paint) => ratio(over(paint, ground), ground)));
    const got = Math.min(...grounds.map((ground) => ground && best(ground)));
    if (got < 3) {
      faults.push(`contrast: ${got.toFixed(2)}, expected 3: ${
          mark.outerHTML.slice(0, 120)}`);
    }
  }
  return faults;
}
