import { idNumber } from '../../contract/id-number';
import {
  findParticipantsBy,
  holdLearners,
  type ParticipantRecord,
} from '../../data/activity-assessment.repository';
import type { Tx } from '../../data/database';
import { fold } from '../../kernel/fold';
import { groupBy } from '../../kernel/group-by';
import { type Problem, problem } from '../../kernel/problem';
import type { RequestedResult } from './read-assessment';

/** Whom the results of a request are about, loaded once for all of them. */
export interface Participants {
  /** Of all learners that may be meant. */
  readonly ids: readonly number[];
  /** The one participant of the course, or what keeps it from being one. */
  of(result: RequestedResult): { readonly found: ParticipantRecord } | { readonly problem: Problem };
}

/**
 * Participants who stay until the transaction ends: an answer that is kept names them, also those of whom
 * nothing is written, and an erasure has to find it.
 */
export async function holdParticipants(
  tx: Tx,
  siteId: number,
  courseId: number,
  results: readonly RequestedResult[],
): Promise<Participants> {
  for (;;) {
    const participants = await loadParticipants(tx, siteId, courseId, results);
    const held = await holdLearners(tx, siteId, participants.ids);
    if (held.length === participants.ids.length) return participants;
  }
}

export async function loadParticipants(
  tx: Tx,
  siteId: number,
  courseId: number,
  results: readonly RequestedResult[],
): Promise<Participants> {
  const ids = new Set<number>();
  const logins = new Set<string>();
  for (const { participant } of results) {
    if (isLogin(participant)) logins.add(fold(String(participant.value)));
    else ids.add(idNumber(String(participant.value)));
  }
  const byId = new Map(
    (await findParticipantsBy(tx, siteId, courseId, 'id', [...ids])).map((each) => [each.learnerId, each]),
  );
  const byLogin = groupBy(
    await findParticipantsBy(tx, siteId, courseId, 'login_folded', [...logins]),
    ({ loginFolded }) => loginFolded,
  );

  const matching = ({ participant }: RequestedResult): readonly ParticipantRecord[] => {
    const text = String(participant.value);
    if (isLogin(participant)) {
      const matches = byLogin.get(fold(text)) ?? [];
      const exact = matches.filter(({ login }) => login === text);
      return exact.length > 0 ? exact : matches;
    }
    const found = byId.get(idNumber(text));
    return found === undefined ? [] : [found];
  };
  return {
    ids: [...new Set([...byId.keys(), ...[...byLogin.values()].flat().map(({ learnerId }) => learnerId)])],
    of: (result) => {
      const place = { path: [...result.path, result.participant.field] };
      const [first, ...others] = matching(result);
      if (first === undefined) return { problem: problem('PARTICIPANT_NOT_FOUND', {}, place) };
      return others.length > 0 ? { problem: problem('PARTICIPANT_AMBIGUOUS', {}, place) } : { found: first };
    },
  };
}

function isLogin({ field }: RequestedResult['participant']): boolean {
  return field === 'learnerLogin';
}
