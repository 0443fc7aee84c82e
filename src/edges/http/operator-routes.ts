import express, { type Router } from 'express';
import { type FeedbackCounts, feedbackReport } from '../../cds/feedback-report.ts';
import { EcgError } from '../../errors.ts';
import { findingText } from '../../terminology/finding-text.ts';
import { isSameSecret } from '../is-same-secret.ts';

export interface OperatorDeps {
  /** What an operator sends as bearer token. */
  readonly token: string;
  readonly counts: FeedbackCounts;
}

/** What is for the operator alone: `GET /operator/feedback-report?since=DATE`. */
export function operatorRoutes({ token, counts }: OperatorDeps): Router {
  return express.Router().get('/operator/feedback-report', async (request, response) => {
    const given = /^Bearer (\S+)$/.exec(request.get('authorization') ?? '')?.[1];
    if (!isSameSecret(given, token)) throw new EcgError('UNAUTHENTICATED', 'not the operator token');
    response.json({ lines: feedbackReport(await counts.count(sinceOf(request.query['since'])), findingText) });
  });
}

function sinceOf(text: unknown): Date | undefined {
  if (text === undefined) return undefined;
  const date = new Date(typeof text === 'string' ? text : Number.NaN);
  if (Number.isNaN(date.getTime())) throw new EcgError('SOURCE_INVALID', 'since is no date; write 2026-03-10');
  return date;
}
