// A bot on Slack's own framework, against the stand-in that our tests use: what
// this bot may rely on, ours may. Each step answers in a channel, where
// TestBolt looks.
import bolt from '@slack/bolt';

const { App, LogLevel } = bolt;
const slackApiUrl = process.env.SLACK_API_URL;
const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  appToken: process.env.SLACK_APP_TOKEN,
  socketMode: true,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl },
});

// In a thread, in two posts that come too fast for one channel: the client
// waits as the 429 says.
app.event('app_mention', async ({ event, say }) => {
  await say({ thread_ts: event.ts, text: `first ${event.text}` });
  await say({ thread_ts: event.ts, text: `second ${event.text}` });
});

// Streamed, then one word too many.
app.message(/stream/, async ({ message, client, context }) => {
  const { ts } = await client.chat.startStream({
    channel: message.channel, thread_ts: message.ts, recipient_user_id: message.user, recipient_team_id: context.teamId, markdown_text: 'one ',
  });
  await client.chat.appendStream({ channel: message.channel, ts, markdown_text: 'two ' });
  await client.chat.stopStream({
    channel: message.channel, ts, markdown_text: 'three',
    blocks: [{ type: 'context_actions', elements: [{ type: 'feedback_buttons', action_id: 'feedback', positive_button: { text: { type: 'plain_text', text: 'good' }, value: 'good' }, negative_button: { text: { type: 'plain_text', text: 'bad' }, value: 'bad' } }] }],
  });
  let refused = 'nothing';
  try {
    await client.chat.appendStream({ channel: message.channel, ts, markdown_text: 'four' });
  } catch (e) {
    refused = e.data.error;
  }
  await client.chat.postMessage({ channel: 'C8', text: `refused ${refused}` });
});

app.command('/ask', async ({ command, ack, client }) => {
  await ack();
  await client.chat.postMessage({ channel: 'C9', text: `command ${command.text}` });
});

app.action('feedback', async ({ action, ack, client }) => {
  await ack();
  await client.chat.postMessage({ channel: 'C7', text: `feedback ${action.value}` });
});

await app.start();
