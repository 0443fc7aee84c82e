import { EcgError } from '../../src/errors.ts';

/** The code of the EcgError an action throws; 'none' when it throws nothing. Any other exception fails the test. */
export function errorCodeOf(action: () => unknown): string {
  try {
    action();
    return 'none';
  } catch (error) {
    if (error instanceof EcgError) return error.code;
    throw error;
  }
}
