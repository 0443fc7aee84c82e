import { z } from 'zod';
import type { HookMoment, TracedCard } from './cds-service.ts';
import type { RecordOwner } from './confirmed-history.ts';
import { medicationsToFetch } from './draft-medications.ts';
import type { Chart } from './group-evidence.ts';
import { type OrderAdvice, orderAdvice } from './order-advice.ts';
import { orderCard, problemOf } from './order-card.ts';
import { repeatEcgCard } from './repeat-ecg.ts';

type Read = Chart['read'];

/** More than a prescriber takes in at once is not shown. */
const MAX_CARDS = 3;
const selectionsSchema = z.object({ selections: z.array(z.string().max(200)).max(500) });

/** What the orders at hand give reason to say. */
export interface OrderCards {
  /** At most three, most serious first; without what this user overrode with a reason not long ago. */
  readonly cards: readonly TracedCard[];
  /** Whether any order has a problem, even one that is not shown again. */
  readonly hasProblem: boolean;
}

/** Where conditions on record are asked for: infarction matters long after it is over. */
export const CONDITION_QUERY = { conditions: 'Condition?patient={{context.patientId}}&_count=200' } as const;

/**
 * The cards on the draft orders of a hook; none where it could not be checked whose the ECG is and whether a child's.
 * @param selections only these orders, "MedicationRequest/1"; all unless given.
 */
export function orderCards(read: Read, moment: HookMoment, selections?: readonly string[]): OrderCards {
  if (read.patient?.isRecordUnread) return { cards: [], hasProblem: false };
  const { request, further = [], drugRules, now } = moment;
  const problems = orderAdvice(read, {
    draftOrders: request.context['draftOrders'],
    ...(selections && { selections }),
    owner: ownerOf(request),
    records: further,
    settings: drugRules,
    now,
  });
  const cards = problems
    .flatMap((problem) => untold(problem, read, moment))
    .map((each) => orderCard(each, read, moment));
  // What asks for another ECG and what offers to take it back must not stand side by side.
  const isWanted = problems.some(({ group }) => group.orders.includes('ecg'));
  const repeated = isWanted
    ? []
    : repeatEcgCard(read, moment, selections).filter(({ subject }) => !isSilent(subject?.problems, moment));
  return { cards: [...cards, ...repeated].slice(0, MAX_CARDS), hasProblem: problems.length > 0 };
}

/** The orders that an order-select hook is about; none where the context does not say. */
export function selectionsOf({ context }: HookMoment['request']): readonly string[] {
  return selectionsSchema.safeParse(context).data?.selections ?? [];
}

/** Medications on the patient's server that the draft orders refer to. */
export function orderReferences(request: HookMoment['request']): readonly string[] {
  return medicationsToFetch(request.context['draftOrders'], ownerOf(request));
}

/** Whether a card about these problems was overridden with a reason not long ago. */
export function isSilent(problems: readonly string[] = [], { isSilenced }: HookMoment): boolean {
  return isSilenced !== undefined && problems.length > 0 && problems.every((problem) => isSilenced(problem));
}

function untold(advice: OrderAdvice, read: Read, moment: HookMoment): readonly OrderAdvice[] {
  const drugs = advice.drugs.filter(({ rule }) => !isSilent([problemOf(rule.id, read)], moment));
  return drugs.length === 0 ? [] : [{ ...advice, drugs }];
}

function ownerOf({ context, fhirServer }: HookMoment['request']): RecordOwner {
  return { patientId: context.patientId, baseUrl: fhirServer };
}
