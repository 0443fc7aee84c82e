/** Port of what JWTs were used already, over restarts and replicas. Adapter: `edges/store`. */
export interface UsedTokens {
  /**
   * Marks a token as used.
   * @param key what identifies it, without revealing it.
   * @param until after this it is refused anyway.
   * @returns whether this was its first use.
   * @throws EcgError STORE_UNAVAILABLE.
   */
  claim(key: string, until: Date): Promise<boolean>;
}
