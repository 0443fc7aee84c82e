import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';

const seenSchema = z.object({
  /** Parameters of requests for a code, oldest first. */
  authorizations: z.array(z.record(z.string(), z.unknown())),
  tokenRequests: z.array(z.string()),
  /** `Authorization` of requests to the FHIR server; null without. */
  fhirTokens: z.array(z.string().nullable()),
});

export interface SmartEhr {
  readonly fhirServer: string;
  /** Begins a launch; the value of `launch`. */
  launch(context: object): Promise<string>;
  /** Scopes that are not given from now on. */
  refuse(scopes: readonly string[]): Promise<void>;
  seen(): Promise<z.infer<typeof seenSchema>>;
  close(): Promise<void>;
}

/** An EHR with one app, in a process of its own. */
export async function startSmartEhr(app: { readonly redirectUrl: string; readonly jwks: object }): Promise<SmartEhr> {
  const child = fork(join(import.meta.dirname, 'smart-ehr-process.ts'), [JSON.stringify(app)], {
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [told] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  const { origin } = z.object({ origin: z.string() }).parse(told);
  const control = async (path: string, body?: unknown) => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return await (await fetch(`${origin}/control/${path}`, body === undefined ? {} : init)).json();
  };
  return {
    fhirServer: `${origin}/fhir`,
    launch: async (context) => z.object({ launch: z.string() }).parse(await control('launch', context)).launch,
    refuse: async (scopes) => void (await control('refuse', scopes)),
    seen: async () => seenSchema.parse(await control('seen')),
    close: async () => {
      child.kill();
      await once(child, 'exit');
    },
  };
}
