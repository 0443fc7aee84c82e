import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { EcgError } from '../../errors.ts';

export interface DownloadOptions {
  readonly maxBytes: number;
  /** How long the server may be silent. */
  readonly idleTimeoutMs: number;
  /** Called with the bytes so far and the total the server states, if it does. */
  readonly onProgress?: (bytes: number, total: number | undefined) => void;
}

/**
 * Downloads `url` into a new file, following redirects, and gives its SHA-256 (hex).
 * @throws EcgError MODEL_UNAVAILABLE when the server cannot be reached, refuses, breaks off or falls silent, or sends
 *   more than `maxBytes`; the file is then incomplete.
 */
export async function downloadFile(url: string, path: string, options: DownloadOptions): Promise<string> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), options.idleTimeoutMs);
  try {
    const response = await fetch(url, { signal: silence.signal });
    if (!response.ok || response.body === null) {
      throw new EcgError('MODEL_UNAVAILABLE', `the download server answers HTTP ${response.status}`);
    }
    const total = Number(response.headers.get('content-length')) || undefined;
    const hash = createHash('sha256');
    let bytes = 0;
    await using file = await open(path, 'wx');
    for await (const chunk of response.body) {
      timer.refresh();
      bytes += chunk.length;
      if (bytes > options.maxBytes) {
        throw new EcgError('MODEL_UNAVAILABLE', `the download is larger than ${options.maxBytes} bytes`);
      }
      hash.update(chunk);
      await file.writeFile(chunk);
      options.onProgress?.(bytes, total);
    }
    return hash.digest('hex');
  } catch (cause) {
    if (cause instanceof EcgError) throw cause;
    const reason = silence.signal.aborted ? 'the server is silent' : 'the connection failed';
    throw new EcgError('MODEL_UNAVAILABLE', `the download did not complete: ${reason}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}
