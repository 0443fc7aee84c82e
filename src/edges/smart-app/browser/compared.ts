import { fetchDrawing } from './fetch-drawing.ts';

/** Shows the previous ECG, or beats over each other, beside the tracing in the way a query asks for, or nothing. */
export function createCompared(place: HTMLElement): (query: URLSearchParams) => Promise<void> {
  let loading = new AbortController();
  return async (query) => {
    loading.abort();
    loading = new AbortController();
    const { signal } = loading;
    if (query.get('compare')) {
      const drawn = await fetchDrawing(`compared?${query}`, signal);
      if (signal.aborted) return;
      const sheet = document.createElement('div');
      sheet.className = 'sheet';
      sheet.append(drawn);
      place.replaceChildren(sheet);
    } else place.replaceChildren();
  };
}
