/** Of the queue of ECGs, in the schema `pgboss`. */
export const QUEUE = 'write-back';
