/** Problems of an import in the form in which those of the model and of the server are alike. */
import { CELL_NAMES, type ModelProblem, type World } from '../models/import/types';

export interface ProblemAnswer {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

export function asProblem({ code, severity, path, row, names }: ModelProblem) {
  return { code, severity, path, row, names: names === undefined ? null : names.toSorted() };
}

/** What a problem names instead of its prose, where the rules say that it names something. */
export function withNames(world: World, { message, hint, ...problem }: ProblemAnswer) {
  const wordsOf = (text: string | null, names: readonly string[]) => {
    const words = new Set(text?.match(/\w+/g));
    return { ...problem, names: names.filter((name) => words.has(name)).sort() };
  };
  switch (problem.code) {
    case 'VALUE_RESET':
    case 'VALUES_IGNORED':
      return wordsOf(message, CELL_NAMES);
    case 'ROW_SUPERSEDED':
      return { ...problem, names: message.match(/\d+/g) };
    case 'SCORE_EXCEEDS_MAX':
      return wordsOf(hint, ['assumed']);
    case 'REGISTRATION_NOT_FOUND':
    case 'LEARNER_AMBIGUOUS':
      return wordsOf(hint, ['case', ...CELL_NAMES, ...world.sessions.map(({ id }) => String(id))]);
    default:
      return { ...problem, names: null };
  }
}
