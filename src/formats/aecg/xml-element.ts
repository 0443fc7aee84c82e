/** An XML element by local name; prefixed attributes (xmlns:…, xsi:type …) are left out. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text, without that of its children and that of `digits`. */
  readonly text: string;
  /** The text of a `digits` element, in UTF-8. */
  readonly digits?: Buffer | undefined;
}

export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** First element at the end of a path of child names. */
export function childAt(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  return path.reduce((parent, name) => parent?.children.find((child) => child.name === name), element);
}

/** All elements of a name below `element`, in document order. */
export function descendantsOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...descendantsOf(child, name)]);
}

/** Trimmed value of an attribute; undefined where blank, absent or the element has a nullFlavor. */
export function attributeOf(element: XmlElement | undefined, name: string): string | undefined {
  if (element === undefined || isNull(element)) return undefined;
  return element.attributes.get(name)?.trim() || undefined;
}

/** Trimmed text; undefined where blank, absent or the element has a nullFlavor. */
export function textOf(element: XmlElement | undefined): string | undefined {
  if (element === undefined || isNull(element)) return undefined;
  return element.text.trim() || undefined;
}

function isNull(element: XmlElement): boolean {
  return element.attributes.has('nullFlavor');
}
