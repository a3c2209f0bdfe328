import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { contributes, version } from '../../package.json';
import { usualMinutes, usualStarts } from './effort';
import { examine } from './examine';
import { speak, type Language } from './language';
import { Problem, sentenceOf, type ExitCode } from './problem';
import { parseRemedy, remedyKinds, type WantedRemedy } from './remedies';
import { briefly, fileReport, json } from './report';
import type { RerunReport } from './rerun';
import { readScriptFile } from './script-file';

/** Neither tool changes a file or opens a connection. */
const annotations = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };

const diagnoseInput = {
  log_path: z.string().optional().describe('Path of the log file.'),
  log_text: z.string().optional().describe('The log itself, as printed, in place of log_path.'),
  script_path: z
    .string()
    .optional()
    .describe('Path of the Python script that printed the log. Without it, one is looked for beside log_path.'),
};

const rerunInput = {
  script_path: z.string().describe('Path of the Keras training script.'),
  log_path: z.string().optional().describe('Path of the log that it printed; the rerun is held against it.'),
  remedies: z
    .array(z.string())
    .default([])
    .describe(
      `What to try, each as KIND or KIND=VALUE, for example learning-rate=0.001; KIND is one of ${remedyKinds.join(', ')}. ` +
        'Without it, everything that the diagnosis proposes.',
    ),
  starts: z.number().int().min(1).max(100).default(usualStarts).describe('Number of random starts for each remedy.'),
};

/** The engine as two read-only tools of a Model Context Protocol server, for agents that would guess otherwise. */
export function toolServer(language: Language): McpServer {
  speak(language);
  const server = new McpServer({ name: 'loss-doctor', version });
  server.registerTool(
    'diagnose_training_log',
    {
      title: 'Diagnose a training log',
      description: describe('diagnose_training_log'),
      inputSchema: diagnoseInput,
      annotations,
    },
    ({ log_path, log_text, script_path }) => answer(() => diagnoseTool(log_path, log_text, script_path)),
  );
  server.registerTool(
    'rerun_training_script',
    {
      title: 'Rerun a Keras script with remedies',
      description: describe('rerun_training_script'),
      inputSchema: rerunInput,
      annotations,
    },
    ({ script_path, log_path, remedies, starts }) =>
      answer(async () => {
        const { rerunReport } = await import('./rerun');
        const options = { log: log_path, remedies: remedies.map(wanted), seeds: starts, minutes: usualMinutes, lang: language };
        return shortened(await rerunReport(script_path, options));
      }),
  );
  return server;
}

/** The manifest describes the same two tools for VS Code. */
function describe(tool: string): string {
  return contributes.languageModelTools.find(({ name }) => name === tool)!.modelDescription;
}

/** Serves on standard input and output until the client closes them. */
export async function mcp(language: Language): Promise<ExitCode> {
  const server = toolServer(language);
  const closed = new Promise<void>((resolve) => {
    server.server.onclose = resolve;
    process.stdin.once('end', () => void server.close());
  });
  await server.connect(new StdioServerTransport());
  await closed;
  return 0;
}

async function diagnoseTool(logPath?: string, logText?: string, scriptPath?: string): Promise<object> {
  if ((logPath === undefined) === (logText === undefined)) throw new Problem({ id: 'cli.which-log' });
  const script = scriptPath === undefined ? undefined : await readScriptFile(scriptPath);
  const examination =
    logPath === undefined ? await examine('log_text', script, [Buffer.from(logText!)]) : await examine(logPath, script);
  return briefly(fileReport(examination));
}

function wanted(text: string): WantedRemedy {
  const remedy = parseRemedy(text);
  if (!remedy) throw new Problem({ id: 'cli.no-such-remedy', args: { text } });
  return remedy;
}

function shortened({ reproduced, baseline, candidates }: RerunReport): object {
  const ends = (losses: readonly number[]): object => ({ firstLoss: losses[0], lastLoss: losses.at(-1) });
  return {
    reproduced,
    baseline: ends(baseline.losses),
    candidates: candidates.map(({ runs, ...rest }) => ({ ...rest, runs: runs.map(({ seed, losses }) => ({ seed, ...ends(losses) })) })),
  };
}

async function answer(work: () => Promise<object>): Promise<CallToolResult> {
  try {
    return { content: [{ type: 'text', text: json(await work()) }] };
  } catch (error) {
    return { content: [{ type: 'text', text: sentenceOf(error) }], isError: true };
  }
}
