/** What a browser does with redirects and cookies, and nothing else. */
export interface UserAgent {
  /** Follows redirects as far as `until` lets it. */
  get(url: string, until?: (url: URL) => boolean): Promise<Visit>;
  post(url: string, fields: Readonly<Record<string, string>>): Promise<Visit>;
  /** `Set-Cookie` headers so far. */
  readonly cookies: readonly string[];
}

export interface Visit {
  readonly url: string;
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly host: string;
}

export function createUserAgent(): UserAgent {
  let jar: readonly Cookie[] = [];
  const cookies: string[] = [];
  const send = async (url: URL, init: RequestInit): Promise<Response> => {
    const sent = jar.filter(({ path, host }) => host === url.host && url.pathname.startsWith(path));
    const cookie = sent.map(({ name, value }) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const header of response.headers.getSetCookie()) {
      cookies.push(header);
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      const path = /;\s*path=([^;]+)/i.exec(header)?.[1] ?? '/';
      const isGone = /expires=Thu, 01 Jan 1970/i.test(header);
      jar = jar.filter((each) => each.name !== name || each.path !== path || each.host !== url.host);
      if (!isGone) jar = [...jar, { name, value, path, host: url.host }];
    }
    return response;
  };
  const visit = async (
    start: string,
    init: RequestInit,
    until: (url: URL) => boolean = () => false,
  ): Promise<Visit> => {
    let url = new URL(start);
    let response = await send(url, init);
    for (let hops = 0; hops < 15; hops += 1) {
      const location = response.headers.get('location');
      if (location === null) break;
      url = new URL(location, url);
      if (until(url)) break;
      response = await send(url, {});
    }
    return { url: url.href, status: response.status, text: await response.text(), headers: response.headers };
  };
  return {
    cookies,
    get: (url, until) => visit(url, {}, until),
    post: (url, fields) => visit(url, { method: 'POST', body: new URLSearchParams(fields) }),
  };
}
