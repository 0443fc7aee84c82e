const FAILED = 'The tracing could not be loaded. Load this page again, or launch again from the EHR.';

/** A drawing of this session, or words in its place. */
export async function fetchDrawing(address: string, signal: AbortSignal): Promise<Element> {
  try {
    const response = await fetch(address, { signal });
    const drawn = new DOMParser().parseFromString(await response.text(), 'image/svg+xml').documentElement;
    if (response.ok && drawn.localName === 'svg') return document.importNode(drawn, true);
  } catch {
    // The network, or a newer wish.
  }
  const words = document.createElement('p');
  words.className = 'alert';
  words.role = 'alert';
  words.textContent = FAILED;
  return words;
}
