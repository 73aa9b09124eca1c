/**
 * How long the models of the operations are compared with the server, and where the drawing of requests begins: the same
 * requests for the same numbers.
 */

/** So many requests go to each database. */
export const MODEL_REQUESTS = Number(process.env.MODEL_REQUESTS ?? 150);

export const MODEL_SEED = Number(process.env.MODEL_SEED ?? 1);
