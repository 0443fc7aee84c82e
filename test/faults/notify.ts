/** What FHIR servers of the scenarios send along. */
export const SECRET = 'a-secret-of-this-scenario';

/** Tells a service of an ECG, as HAPI does. @returns whether it was acknowledged. */
export async function notify(address: string, reference: string): Promise<boolean> {
  const response = await fetch(`${address}/notifications/clinic/${reference}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${SECRET}` },
    signal: AbortSignal.timeout(10_000),
  }).catch(() => undefined);
  await response?.body?.cancel();
  return response?.ok ?? false;
}
