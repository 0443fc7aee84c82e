import type { AddressInfo } from 'node:net';
import express, { type Response } from 'express';
import { z } from 'zod';
import { demoConfig, mountDemo } from '../../../src/edges/demo/demo.ts';
import type { Page } from '../../browser/page.ts';

const requestSchema = z.looseObject({
  hook: z.string(),
  hookInstance: z.string(),
  fhirServer: z.string(),
  context: z.looseObject({ userId: z.string(), patientId: z.string(), draftOrders: z.unknown().optional() }),
  prefetch: z.record(z.string(), z.looseObject({ resourceType: z.string() })),
});
export type HookRequest = z.infer<typeof requestSchema>;

/** A CDS service of somebody else's, made for a test. */
export interface ScriptedService {
  readonly id: string;
  readonly hook: string;
  readonly prefetch?: Readonly<Record<string, string>>;
  readonly answer: (request: HookRequest, response: Response) => unknown;
  /** Answered 404 without it. */
  readonly takesFeedback?: boolean;
}

export interface RunningSandbox {
  readonly address: string;
  /** Hook calls received, in order. */
  readonly asked: HookRequest[];
  /** Feedback received, in order. */
  readonly feedback: unknown[];
  stop(): void;
}

/** The sandbox EHR with its real FHIR server, and scripted services in the place of Cardhook's. */
export async function startSandbox(services: readonly ScriptedService[]): Promise<RunningSandbox> {
  const asked: HookRequest[] = [];
  const feedback: unknown[] = [];
  const app = express();
  const server = await new Promise<ReturnType<typeof app.listen>>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await mountDemo(app, address, demoConfig({ twelveLead: 'none' }));
  app.use(express.json({ limit: '50mb' }));
  app.get('/cds-services', (_request, response) => {
    const listed = services.map(({ id, hook, prefetch }) => ({ id, hook, title: id, description: id, prefetch }));
    response.json({ services: listed });
  });
  for (const { id, answer, takesFeedback } of services) {
    app.post(`/cds-services/${id}`, async (request, response) => {
      const hookRequest = requestSchema.parse(request.body);
      asked.push(hookRequest);
      const cards = await answer(hookRequest, response);
      if (!response.headersSent) response.json({ cards });
    });
    app.post(`/cds-services/${id}/feedback`, (request, response) => {
      feedback.push(request.body);
      response.sendStatus(takesFeedback ? 200 : 404);
    });
  }
  return {
    address,
    asked,
    feedback,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Clicks on a patient of the demo, whose name the FHIR server knows. */
export async function choosePatient(page: Page, address: string, id: string): Promise<void> {
  const patient = z
    .looseObject({ name: z.tuple([z.looseObject({ family: z.string() })]) })
    .parse(await (await fetch(`${address}/demo/fhir/Patient/${id}`)).json());
  const [{ family }] = patient.name;
  await page.click('.patients button', family);
}
