type Attributes = Readonly<Record<string, string | boolean>>;
type Child = Node | string | undefined | false;

/** An HTML element; children that are strings become text nodes, `true` an attribute without value. */
export function element<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes: Attributes = {},
  children: Child | readonly Child[] = [],
): HTMLElementTagNameMap[T] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  fill(made, children);
  return made;
}

/** Replaces what is in an element; what stays is not moved, so that it keeps the focus. */
export function fill(parent: Element, children: Child | readonly Child[]): void {
  const all: readonly Child[] = Array.isArray(children) ? children : [children];
  const nodes = all
    .filter((child) => child !== undefined && child !== false)
    .map((child) => (typeof child === 'string' ? document.createTextNode(child) : child));
  for (const child of [...parent.childNodes]) if (!nodes.includes(child)) child.remove();
  for (const [index, child] of nodes.entries()) {
    const present = parent.childNodes[index];
    if (present !== child) parent.insertBefore(child, present ?? null);
  }
}

/** A button that is off while its action is under way. */
export function button(
  label: string,
  action: () => void | Promise<void>,
  attributes: Attributes = {},
): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', async () => {
    if (made.getAttribute('aria-disabled') === 'true') return;
    made.setAttribute('aria-disabled', 'true');
    try {
      await action();
    } finally {
      made.removeAttribute('aria-disabled');
    }
  });
  return made;
}

const PATHS = {
  info: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 3a1 1 0 1 1 0 2 1 1 0 0 1 0-2Zm1.2 8H6.8v-1.2h.5V8.2h-.5V7h1.9v3.8h.5V12Z',
  warning: 'M8 1 .5 14.5h15L8 1Zm.8 11H7.2v-1.6h1.6V12Zm0-2.8H7.2V5.6h1.6v3.6Z',
  critical: 'M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1L5.1 1Zm3.7 10.6H7.2V10h1.6v1.6Zm0-3H7.2V4.2h1.6v4.4Z',
} as const;

/** The sign of a severity, told apart by shape as well as colour. */
export function severityIcon(severity: keyof typeof PATHS): SVGSVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', PATHS[severity]);
  path.setAttribute('fill-rule', 'evenodd');
  svg.append(path);
  return svg;
}
