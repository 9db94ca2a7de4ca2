import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Credentials } from '../../../src/engine/images/registry/credentials.ts';
import { buildImage, type ImageFixture } from '../../support/images/image-fixture.ts';
import { type ImageNode, imageNode } from '../../support/images/image-node.ts';
import { TestRegistry } from '../../support/images/test-registry.ts';

const me: Credentials = { username: 'me', password: 'secret' };
const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`;

let registry: TestRegistry;
let image: ImageFixture;
let reference: string;

beforeEach(async () => {
  registry = await TestRegistry.start();
  image = buildImage();
  registry.add('team/web', '1', image);
  reference = `${registry.domain}/team/web:1`;
});

function nodeOf(credentials: Credentials | undefined): ImageNode {
  return imageNode({ credentials: { find: () => Promise.resolve(credentials) } });
}

interface TokenQuestion {
  readonly query: string;
  readonly authorization: string | undefined;
  /** Of a POST. */
  readonly form?: Readonly<Record<string, string>>;
}

interface TokenServer {
  readonly url: string;
  /** What clients asked for: query and Authorization. */
  readonly asked: TokenQuestion[];
  token: string;
  field: string;
}

/** Gives every client the token of the moment. */
async function tokenServer(): Promise<TokenServer> {
  const tokens: Omit<TokenServer, 'url'> & { url: string } = {
    url: '',
    asked: [],
    token: 'T1',
    field: 'token',
  };
  const server = createServer(async (request, response) => {
    const query = (request.url ?? '').split('?')[1] ?? '';
    const body = (await request.toArray()).join('');
    const form = request.method === 'POST' ? { form: Object.fromEntries(new URLSearchParams(body)) } : {};
    tokens.asked.push({ query, authorization: request.headers.authorization, ...form });
    response.end(JSON.stringify({ [tokens.field]: tokens.token, expires_in: 300 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  tokens.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  return tokens;
}

function demandBearer({ url }: TokenServer, accepted: () => string): void {
  const scope = 'repository:team/web:pull';
  registry.challenge = ({ headers }) =>
    headers.authorization === `Bearer ${accepted()}`
      ? undefined
      : `Bearer realm="${url}",service="the registry",scope="${scope}"`;
}

describe('a registry that wants to know who asks', () => {
  it('gets Basic credentials', async () => {
    registry.challenge = ({ headers }) => (headers.authorization === basic ? undefined : 'Basic realm="x"');
    await nodeOf(me).images.pull(reference);
    // Only the first request was refused: what worked is used from then on.
    expect(registry.requests.filter(({ authorization }) => authorization === undefined)).toHaveLength(1);
  });

  it('gets a token of the server that it names, asked for once', async () => {
    const tokens = await tokenServer();
    demandBearer(tokens, () => 'T1');
    await nodeOf(undefined).images.pull(reference);
    expect(tokens.asked).toEqual([
      { query: 'service=the+registry&scope=repository%3Ateam%2Fweb%3Apull', authorization: undefined },
    ]);
  });

  it('takes access_token for token', async () => {
    const tokens = await tokenServer();
    tokens.field = 'access_token';
    demandBearer(tokens, () => 'T1');
    await nodeOf(undefined).images.pull(reference);
    expect(tokens.asked).toHaveLength(1);
  });

  it('gets another token when the first one has expired in the middle', async () => {
    const tokens = await tokenServer();
    let accepted = 'T1';
    demandBearer(tokens, () => accepted);
    registry.faults.push({
      on: /GET .*blobs/,
      times: 1,
      answer: (request, response, self) => {
        accepted = 'T2';
        tokens.token = 'T2';
        response.writeHead(401, { 'www-authenticate': self.challenge(request) ?? '' });
        response.end();
      },
    });
    await nodeOf(undefined).images.pull(reference);
    expect(tokens.asked).toHaveLength(2);
  });

  it('is told apart from one that is gone, with its own words', async () => {
    registry.challenge = () => 'Basic realm="x"';
    await expect(nodeOf(me).images.pull(reference)).rejects.toMatchObject({
      code: 'registry.denied',
      message: expect.stringContaining(registry.domain),
      cause: { message: expect.stringContaining('401') },
    });
  });

  it('does not get credentials for a token server elsewhere in clear', async () => {
    const tokens = await tokenServer();
    demandBearer(tokens, () => 'T1');
    // The token server is another host (by its port) and speaks plain http.
    await nodeOf(me).images.pull(reference);
    expect(tokens.asked[0]?.authorization).toBeUndefined();
  });
});

describe('an identity token', () => {
  const token: Credentials = { identityToken: 'for ever' };

  it('is exchanged for an access token by a form', async () => {
    const tokens = await tokenServer();
    tokens.field = 'access_token';
    registry.challenge = ({ headers }) =>
      headers.authorization === 'Bearer T1'
        ? undefined
        : `Bearer realm="${registry.origin}/token",service="s"`;
    registry.faults.push({
      on: /POST \/token/,
      answer: (request, response) => {
        response.writeHead(307, { location: tokens.url });
        response.end();
        request.resume();
      },
    });
    // A token server that sends the question elsewhere gets no answer: it would carry the token along.
    await expect(nodeOf(token).images.pull(reference)).rejects.toMatchObject({ code: 'registry.protocol' });
    expect(tokens.asked).toEqual([]);

    registry.faults.length = 0;
    registry.faults.push({
      on: /POST \/token/,
      answer: async (request, response) => {
        const form = Object.fromEntries(new URLSearchParams((await request.toArray()).join('')));
        tokens.asked.push({ query: '', authorization: request.headers.authorization, form });
        response.end(JSON.stringify({ access_token: 'T1' }));
      },
    });
    await nodeOf(token).images.pull(reference);
    expect(tokens.asked).toEqual([
      {
        query: '',
        authorization: undefined,
        form: {
          grant_type: 'refresh_token',
          service: 's',
          client_id: 'tsorch',
          scope: 'repository:team/web:pull',
          refresh_token: 'for ever',
        },
      },
    ]);
  });

  it('is not told to a token server elsewhere in clear', async () => {
    const tokens = await tokenServer();
    demandBearer(tokens, () => 'T1');
    await nodeOf(token).images.pull(reference);
    expect(tokens.asked).toMatchObject([{ authorization: undefined }]);
    expect(tokens.asked[0]?.form).toBeUndefined();
  });

  it('is no answer to a registry that wants a password', async () => {
    registry.challenge = () => 'Basic realm="x"';
    await expect(nodeOf(token).images.pull(reference)).rejects.toMatchObject({ code: 'registry.denied' });
  });
});

describe('a redirect', () => {
  it('is followed without telling the other host who we are', async () => {
    const storage = await TestRegistry.start();
    storage.add('team/web', '1', image);
    registry.challenge = ({ headers }) => (headers.authorization === basic ? undefined : 'Basic realm="x"');
    registry.faults.push({
      on: /GET .*blobs/,
      answer: (request, response) => {
        response.writeHead(307, { location: `${storage.origin}${request.url}?signature=x` });
        response.end();
      },
    });
    storage.faults.push({
      on: /GET/,
      answer: (request, response, self) => {
        request.url = request.url?.split('?')[0] ?? '';
        self.answer(request, response);
      },
    });
    await nodeOf(me).images.pull(reference);
    expect(storage.requests).toHaveLength(2);
    expect(storage.requests.map(({ authorization }) => authorization)).toEqual([undefined, undefined]);
  });

  it('keeps the authorization on the same host', async () => {
    registry.challenge = ({ headers }) => (headers.authorization === basic ? undefined : 'Basic realm="x"');
    registry.faults.push({
      on: /GET .*blobs\/[^?]*$/,
      times: 1,
      answer: (request, response) => {
        response.writeHead(302, { location: `${request.url}` });
        response.end();
      },
    });
    await nodeOf(me).images.pull(reference);
    expect(registry.requests.at(-1)?.authorization).toBe(basic);
  });

  it('is not followed for ever', async () => {
    registry.faults.push({
      on: /HEAD/,
      answer: (request, response) => {
        response.writeHead(302, { location: `${request.url}` });
        response.end();
      },
    });
    await expect(nodeOf(undefined).images.pull(reference)).rejects.toMatchObject({
      code: 'registry.protocol',
    });
    expect(registry.count(/HEAD/)).toBeLessThan(40);
  });
});
