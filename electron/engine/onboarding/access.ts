// The first check: does the login work, and may its user do what is needed and no more?
import type { AccessCheck, Finding, RouterForm } from '../../../shared/contract/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { certificateOf, openSetupSession } from '../collectors/routeros/index.ts';
import type { SetupSession } from '../collectors/routeros/index.ts';
import { cleanText, isPrivateAddress } from '../observations/index.ts';
import { failed, failureFinding, isDone, note, ok, warning } from './findings.ts';

/** What the commands give the group; `test` is for pings and for what some LTE modems tell. */
const NEEDED = ['read', 'api'];
const HARMLESS = new Set([...NEEDED, 'test']);
const narrow = 'Make it narrower: /user group set <group> policy=read,api';

/** Never rejects for an expected failure: that is a finding. */
export async function checkAccess(form: RouterForm, signal?: AbortSignal): Promise<AccessCheck> {
  const findings: Finding[] = [];
  const seen: { certificate: string | null; version: string | null; identity: string | null } = {
    certificate: null,
    version: null,
    identity: null,
  };
  let session: SetupSession | undefined;
  try {
    let pinned = form;
    if (form.tls === 'pin' && form.pin === '') {
      seen.certificate = await certificateOf(form, signal);
      pinned = { ...form, pin: seen.certificate };
      findings.push(
        note(
          `The router shows the certificate ${seen.certificate}; from now on only this one is trusted.`,
          'Compare it with the fingerprint that the last command printed.',
        ),
      );
    }
    const startedMs = performance.now();
    session = await openSetupSession(pinned, signal);
    findings.push(ok(`Login works, in ${Math.max(1, Math.round(performance.now() - startedMs))} ms.`));
    if (form.tls === 'off' && !isPrivateAddress(session.remoteAddress)) {
      findings.push(warning('The password crosses a public network unencrypted.', 'Use api-ssl instead.'));
    }
    await readSelf(session, seen, findings);
    findings.push(...(await policyFindings(session, form.username)));
  } catch (error) {
    findings.push(loginFinding(error, form.username));
  } finally {
    session?.close();
  }
  return { isDone: isDone(findings), findings, ...seen };
}

function loginFinding(error: unknown, username: string): Finding {
  const finding = failureFinding(error);
  const code = error instanceof LinewardenError ? error.code : '';
  if (code === 'LW_ROUTEROS_NO_PERMISSION') {
    return failed(
      `The API answers, but the group of the user "${username}" lacks the policy \`api\`.`,
      'Add it: /user group set <group> policy=read,api',
    );
  }
  if (code === 'LW_ROUTEROS_LOGIN_FAILED') {
    return failed(
      `The API answers, but refuses the login as "${username}".`,
      'Paste the commands again: they set the password that is shown here. The user may also be allowed from another address only.',
    );
  }
  return finding;
}

const said = (text: string | undefined): string | null => cleanText(text ?? '') || null;

async function readSelf(
  session: SetupSession,
  seen: { version: string | null; identity: string | null },
  findings: Finding[],
): Promise<void> {
  try {
    const [identity] = await session.rows('/system/identity', ['name']);
    const [resource] = await session.rows('/system/resource', ['version', 'board-name']);
    seen.identity = said(identity?.get('name'));
    seen.version = said(resource?.get('version'));
    const board = said(resource?.get('board-name'));
    const what = [seen.identity ?? 'a router', board, seen.version === null ? null : `RouterOS ${seen.version}`];
    findings.push(ok(`It is ${what.filter((part) => part !== null).join(', ')}.`));
  } catch (error) {
    if (!(error instanceof LinewardenError) || error.code !== 'LW_ROUTEROS_NO_PERMISSION') throw error;
    findings.push(
      failed('The policy `read` is missing: nothing can be read.', 'Add it: /user group set <group> policy=read,api'),
    );
  }
}

async function policyFindings(session: SetupSession, username: string): Promise<Finding[]> {
  const users = await session.rowsIfAllowed('/user/active', ['name', 'group', 'via']);
  const group = users?.find((row) => row.get('name') === username)?.get('group');
  if (group === undefined) return [note('Which policies the user has could not be read.')];
  const [row] = (await session.rowsIfAllowed('/user/group', ['name', 'policy'], [`name=${group}`])) ?? [];
  const policies = (row?.get('policy') ?? '').split(',').filter((policy) => policy !== '' && !policy.startsWith('!'));
  if (policies.length === 0) return [note(`The policies of the group "${group}" could not be read.`)];
  const present = NEEDED.filter((policy) => policies.includes(policy)).map((policy) => `\`${policy}\``);
  const missing = NEEDED.filter((policy) => !policies.includes(policy)).map((policy) => `\`${policy}\``);
  const wide = policies.filter((policy) => !HARMLESS.has(policy));
  return [
    ...(present.length > 0
      ? [ok(`${present.length > 1 ? 'Policies' : 'Policy'} ${present.join(' and ')} present.`)]
      : []),
    ...(missing.length > 0 ? [failed(`Missing: ${missing.join(' and ')}.`, narrow)] : []),
    ...(wide.length > 0
      ? [warning(`The group "${group}" may do more than monitoring needs: ${wide.join(', ')}.`, narrow)]
      : []),
  ];
}
