/**
 * Version of everything between bytes and findings: readers, signal, its quality, label logic. It is part of a report's identity,
 * so raise it whenever the same ECG and model may give another result.
 */
export const PIPELINE_VERSION = '5';
