using Azure.Core;

namespace RecordsGuard.Azure;

/// <summary>The pipeline's options; a type of its own because <see cref="ClientOptions"/> is abstract.</summary>
internal sealed class KeyVaultOptions : ClientOptions
{
    public const string ApiVersion = "2025-07-01";
}
