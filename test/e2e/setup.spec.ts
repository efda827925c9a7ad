import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { startFlowExporter } from '../lab/flows/index.ts';
import { startRouter } from '../lab/routeros/index.ts';
import { startServe } from '../support/serve.ts';
import { takeBoth, watchConsole } from './pictures.ts';

async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.waitForTimeout(300);
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual(
      [],
    );
  }
}

const CSV = `name,address,username,password,interval,note
tower-east,127.0.0.9,monitor,x,,
hub,127.0.0.1,,,30s,
Mill street,10.0.0.9,,,,
`;

test('a router is set up in three steps, then edited, renamed with its history, replaced, and joined by others from CSV', async ({
  page,
}) => {
  test.setTimeout(240_000);
  const served = await startServe({ config: "netflow: {listen: ['127.0.0.1:0'], flush_interval: 1s}\n" });
  let router = await startRouter({ identity: 'tower', version: '7.18.2', username: 'linewarden', serial: 'A1' });
  const { port } = router;
  const findings = page.getByTestId('setup-findings');
  try {
    const complaints = watchConsole(page);
    await page.goto(served.openUrl);
    await page.getByTestId('first-setup').click();

    const password =
      await test.step('the commands hold this machine and a password, and the check knows a refusal', async () => {
        await page.getByTestId('setup-check').click();
        await expect(page.getByText('give its address')).toBeVisible();
        await page.getByTestId('setup-address').fill('10.0.0.1; /quit');
        await expect(page.getByText('a host name or an IP address', { exact: true })).toBeVisible();
        await expect(page.getByTestId('setup-commands')).toBeHidden();
        await page.getByTestId('setup-address').fill('127.0.0.1');
        const commands = page.getByTestId('setup-commands');
        await expect(commands).toContainText(
          '/ip service set api-ssl port=8729 certificate="linewarden" address=127.0.0.1/32',
        );
        await page.getByText('API without').click();
        await page.getByLabel('Port').fill(String(port));
        await expect(commands).toContainText(`/ip service set api port=${port} address=127.0.0.1/32 disabled=no`);
        await page.getByTestId('setup-check').click();
        await expect(findings).toContainText('The API answers, but refuses the login as "linewarden".');
        await expect(page.getByTestId('setup-save')).toBeHidden();
        await expectAccessible(page);
        await takeBoth(page, 'setup-refused');
        return /password="([A-Za-z2-9]{24})"/.exec((await commands.textContent()) ?? '')?.[1] ?? '';
      });

    await test.step('pasted, the login works, and the router is watched under its own name', async () => {
      await router.stop();
      router = await startRouter({
        identity: 'tower',
        version: '7.18.2',
        username: 'linewarden',
        password,
        port,
        serial: 'A1',
      });
      await page.getByTestId('setup-check').click();
      await expect(findings).toContainText('Login works');
      await expect(findings).toContainText('Policies read and api present.');
      await expect(page.getByTestId('setup-name')).toHaveValue('tower');
      await page.getByTestId('setup-save').click();
    });

    await test.step('flows: what is missing, and that they arrive, seen without asking again', async () => {
      const commands = page.getByTestId('setup-commands');
      await expect(commands).toContainText('v9-template-refresh=20 v9-template-timeout=1m');
      const flowPort = Number(/port=(\d+)/.exec((await commands.textContent()) ?? '')?.[1]);
      await page.getByTestId('setup-check').click();
      await expect(findings).toContainText('Traffic flow is switched off on the router.');
      await expect(findings).toContainText('No flow packet has arrived from 127.0.0.1');
      await takeBoth(page, 'setup-flows');
      const sender = await startFlowExporter({
        version: 9,
        host: '127.0.0.1',
        port: flowPort,
        flowsPerSecond: 50,
        seed: 1,
      });
      await expect(findings).toContainText('Flow packets arrive from 127.0.0.1: NetFlow v9, 13 fields, sampling none');
      await sender.stop();
      await expectAccessible(page);
      await page.getByTestId('setup-next').click();
    });

    await test.step('logs: what the router has set', async () => {
      await expect(page.getByTestId('setup-commands')).toContainText('remote-log-format=syslog');
      await page.getByTestId('setup-check').click();
      await expect(findings).toContainText('The router sends no logs to 127.0.0.1.');
      await page.getByTestId('setup-finish').click();
      await expect(page.getByTestId('device-state')).toContainText('Online');
    });

    await test.step('renamed, it keeps its history', async () => {
      await expect(page.getByText('A1', { exact: true })).toBeVisible();
      await page.getByTestId('device-edit').click();
      await page.getByLabel('Name', { exact: true }).fill('hub');
      await page.getByLabel('Poll every, seconds').fill('1');
      await expect(page.getByTestId('edit-keep-history')).toBeChecked();
      await takeBoth(page, 'router-edit');
      await page.getByTestId('form-add').click();
      await expect(page.getByTestId('device-name')).toHaveText('hub');
      await expect(page.getByTestId('device-formerly')).toHaveText('tower');
      await expect(page.getByTestId('device-state')).toContainText('Online');
    });

    await test.step('another serial number is asked about', async () => {
      await router.stop();
      router = await startRouter({
        identity: 'tower',
        version: '7.18.2',
        username: 'linewarden',
        password,
        port,
        serial: 'B2',
      });
      const question = page.getByTestId('replaced-question');
      await expect(question).toContainText('It answers with the serial number B2; until now it had A1.', {
        timeout: 60_000,
      });
      await takeBoth(page, 'router-replaced');
      await expectAccessible(page);
      await page.getByTestId('replaced-yes').click();
      await expect(question).toBeHidden();
    });

    await test.step('a list of others, each row with its fate', async () => {
      await page.goto(`${served.url}/#/settings?tab=routers`);
      await page.getByTestId('csv-import').click();
      await page.getByTestId('import-text').fill(CSV);
      await expect(page.getByTestId('import-counts')).toContainText(
        '1 new, 1 changed, 1 refused · columns left out: note',
      );
      await expect(page.getByTestId('import-rows')).toContainText(
        'A new router needs a password, or a credential profile.',
      );
      await takeBoth(page, 'import');
      await expectAccessible(page);
      await page.getByTestId('import-go').click();
      await expect(page.getByTestId('import-done')).toHaveText('1 added, 1 changed, 1 refused.');
      await page.getByTestId('import-close').click();
      await expect(page.getByTestId('setting-tower-east')).toBeVisible();
      const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('csv-export').click()]);
      const chunks: Buffer[] = [];
      for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
      expect(Buffer.concat(chunks).toString()).toBe(
        `kind,name,address,port,tls,pin,username,interval,labels\r\nrouter,hub,127.0.0.1,${port},off,,linewarden,30s,\r\nrouter,tower-east,127.0.0.9,8728,off,,monitor,15s,\r\n`,
      );
    });

    expect(complaints).toEqual([]);
    expect(served.stderr()).not.toContain(password);
  } finally {
    await served.stop();
    await router.stop();
  }
});
