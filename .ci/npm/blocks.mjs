// Holds what the bot shows against a JSON schema made of the types that Slack
// itself publishes. Usage: node blocks.mjs FILE, as TestShown writes it.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';

const schema = createGenerator({
  path: 'node_modules/@slack/types/dist/index.d.ts', skipTypeCheck: true, expose: 'all',
}).createSchema('*');
const ajv = new Ajv({ strict: false, allErrors: false });
ajv.addSchema(schema, 'slack');

// Of a block, that of its own type: against the union of all, an error would
// name every type it is not.
const byType = {};
for (const [name, def] of Object.entries(schema.definitions)) {
  const type = def.properties?.type?.const;
  if (name.endsWith('Block') && type) byType[type] = ajv.getSchema(`slack#/definitions/${name}`);
}
const modal = ajv.getSchema('slack#/definitions/ModalView');

let blocks = 0;
let wrong = 0;
function hold(check, value, where) {
  if (check?.(value)) return;
  wrong += 1;
  const e = check?.errors?.[0];
  console.error(`${where}: ${e ? `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}` : 'a type that Slack does not publish'}\n${JSON.stringify(value)}`);
}
const shown = JSON.parse(readFileSync(process.argv[2], 'utf8'));
for (const { where, blocks: list, view } of shown) {
  if (view) hold(modal, view, where);
  for (const b of list ?? view.blocks) {
    blocks += 1;
    hold(byType[b.type], b, `${where}, ${b.type}`);
  }
}
// The check itself must refuse something, or it checks nothing.
const broken = [{ type: 'section', text: { type: 'mrkdwn' } }, { type: 'actions', elements: [{ type: 'button', action_id: 'x' }] }, { type: 'context_actions' }];
for (const b of broken) {
  if (byType[b.type](b)) {
    wrong += 1;
    console.error(`the schema takes ${JSON.stringify(b)}`);
  }
}
console.log(`${blocks} blocks of ${shown.length} messages and modals, ${wrong} wrong`);
process.exit(blocks > 0 && wrong === 0 ? 0 : 1);
