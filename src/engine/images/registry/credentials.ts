/** How we show who we are: by name and password, or by what a token server gave once for them (an OAuth2 refresh token). */
export type Credentials = PasswordCredentials | IdentityToken;

export interface PasswordCredentials {
  readonly username: string;
  readonly password: string;
}

export interface IdentityToken {
  readonly identityToken: string;
}

/** Who we are at a registry; undefined = nobody. */
export interface CredentialSource {
  /** @throws TsorchError `registry.bad-credentials` when what should know does not work */
  find(repository: CredentialSubject): Promise<Credentials | undefined>;
}

export interface CredentialSubject {
  /** `docker.io`, `registry.example:5000` */
  readonly domain: string;
  readonly path: string;
}

export function basicAuthorization({ username, password }: PasswordCredentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
