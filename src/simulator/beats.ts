export type AtrialFocus = 'sinus' | 'ectopic' | 'second ectopic' | 'premature' | 'retrograde' | 'paced';

export interface AtrialBeat {
  /** P onset. */
  readonly seconds: number;
  readonly focus: AtrialFocus;
  readonly premature: boolean;
}

export interface VentricularBeat {
  /** QRS onset. */
  readonly seconds: number;
  /** `aberrant`: conducted while one bundle branch is still refractory. */
  readonly kind: 'conducted' | 'aberrant' | 'ventricular' | 'second ventricular' | 'fusion' | 'paced';
  readonly premature: boolean;
  /** Onset of the P wave that led to it. */
  readonly pSeconds?: number;
}

/** When everything happens; times in seconds from the start of the recording, some before it and after it. */
export interface Timeline {
  readonly atrial: readonly AtrialBeat[];
  readonly ventricular: readonly VentricularBeat[];
  /** One turn of atrial flutter. */
  readonly flutterSeconds?: number;
  readonly fibrillation: boolean;
}

/** What most beats are. */
export function dominantKind({ ventricular }: Timeline): VentricularBeat['kind'] {
  const ordinary = ventricular.find(({ premature, kind }) => !premature && kind !== 'aberrant');
  return (ordinary ?? ventricular[0])?.kind ?? 'conducted';
}
