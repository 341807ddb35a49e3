using System.Globalization;

namespace RecordsGuard.Cli;

/// <summary>OPEN.md of an exported record: for somebody who has never heard of RecordsGuard, years from now.</summary>
internal static class Instructions
{
    public static string Of(Export export) => string.Create(CultureInfo.InvariantCulture, $$"""
        # Opening this record without RecordsGuard

        `record.floe` is record {{export.Record}} of client {{export.Client}} of the practice {{export.Practice}}, sealed
        ({{export.SealedLength}} bytes). `record.json` holds what opens it, but for one thing: the key

            {{export.Key}}

        in Azure Key Vault, which must be there, enabled, and yours to use (data action `keys/unwrap/action`). An old
        version may have been disabled since: a key administrator can enable it again. Each use is in the vault's own log.

        ## 1. Unwrap the data key

        The vault opens the last part of `slip`. With the Azure CLI, signed in by `az login`:

        ```sh
        az rest --method post --resource https://vault.azure.net \
          --url "{{export.Key}}/unwrapkey?api-version=7.4" --headers Content-Type=application/json \
          --body '{"alg":"RSA-OAEP-256","value":"{{export.Slip.Split('.')[^1]}}"}' --query value --output tsv
        ```

        Any other client will do: it is RSA-OAEP with SHA-256 and no label. The answer is the key, 32 bytes in base64url.
        In hex:

        ```sh
        python3 -c 'import base64,sys; print(base64.urlsafe_b64decode(sys.argv[1] + "=").hex())' ANSWER
        ```

        ## 2. Open the content

        `record.floe` is FLOE (https://github.com/Snowflake-Labs/floe-specification), AES-256-GCM with HKDF-SHA-384,
        segments of 1,048,576 bytes. Any implementation opens it with the key and this associated data, which says whose
        record it is:

            {{export.AssociatedData}}

        For example, offline:

        ```sh
        recordsguard envelope open --key KEY-IN-HEX \
          --aad {{export.AssociatedData}} \
          record.floe content
        ```

        If it opens to its end, it is whole and unchanged. Keep the key out of files and shell history; who has it has the
        record.

        ## 3. Its file name and type

        They are sealed too, in `descriptor`, under the client's index key: unwrap `practiceIndexKey` as in step 1 (it
        names its own key version), open `clientIndexKey` with it, and `descriptor` with that. Bytes: sections 4 and 5 of
        docs/formats/sealed-record.md of RecordsGuard, which is all one needs to write a reader.

        """);
}
