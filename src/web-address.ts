/** Whether requests to `address` leave this machine without TLS. */
export function crossesNetworkInClear(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === 'http:' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
}
