export type AtrialFocus = 'sinus' | 'ectopic' | 'second ectopic' | 'retrograde' | 'paced';

export interface AtrialBeat {
  /** P onset. */
  readonly seconds: number;
  readonly focus: AtrialFocus;
  readonly premature: boolean;
}

export interface VentricularBeat {
  /** QRS onset. */
  readonly seconds: number;
  readonly kind: 'conducted' | 'ventricular' | 'fusion' | 'paced';
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
  return (ventricular.find(({ premature }) => !premature) ?? ventricular[0])?.kind ?? 'conducted';
}
