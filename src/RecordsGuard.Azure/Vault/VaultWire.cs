using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using RecordsGuard.Envelopes;

namespace RecordsGuard.Azure;

/// <summary>
/// Requests to one vault and what its errors mean. Answers are read into a buffer that is zeroed afterwards, because
/// one of them is a data key. A call ends within thirty seconds, retries included.
/// </summary>
internal sealed class VaultWire(Uri vault, TokenCredential credential, KeyVaultOptions options, TimeProvider time) : IDisposable
{
    private const int LargestAnswer = 256 * 1024;
    private const int Concurrent = 16;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(30);

    private readonly HttpPipeline pipeline = HttpPipelineBuilder.Build(options, new VaultChallengePolicy(credential));
    private readonly SemaphoreSlim gate = new(Concurrent);

    /// <summary>Reads something out of an answer's body before the body is zeroed.</summary>
    public delegate T Reader<out T>(ReadOnlySpan<byte> body);

    public void Dispose() => gate.Dispose();

    public Uri At(string path) => new(vault, $"{path}?api-version={KeyVaultOptions.ApiVersion}");

    /// <exception cref="KeyVaultException">Anything but 200.</exception>
    public async Task<T> SendAsync<T>(
        RequestMethod method, Uri uri, ReadOnlyMemory<byte> json, string? cause, Reader<T> read, CancellationToken cancel)
    {
        if (uri.Scheme != Uri.UriSchemeHttps || !uri.Authority.Equals(vault.Authority, StringComparison.OrdinalIgnoreCase))
        {
            throw new KeyVaultException(KeyVaultFault.Refused, "The vault points to another host.");
        }

        using var budget = new CancellationTokenSource(Budget, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, budget.Token);
        try
        {
            await gate.WaitAsync(either.Token);
            try
            {
                return await ExchangeAsync(method, uri, json, cause, read, either.Token);
            }
            finally
            {
                gate.Release();
            }
        }
        catch (Exception e) when (e is not KeyVaultException)
        {
            cancel.ThrowIfCancellationRequested();
            throw new KeyVaultException(KeyVaultFault.Unavailable, $"The vault did not answer: {StoreCall.Reason(e)}.", e);
        }
    }

    private async Task<T> ExchangeAsync<T>(
        RequestMethod method, Uri uri, ReadOnlyMemory<byte> json, string? cause, Reader<T> read, CancellationToken cancel)
    {
        using var message = pipeline.CreateMessage();
        message.BufferResponse = false;
        message.Request.Method = method;
        message.Request.Uri.Reset(uri);
        message.Request.Headers.Add("Accept", "application/json");
        if (cause is not null)
        {
            message.Request.ClientRequestId = cause;
        }

        if (uri.AbsolutePath.EndsWith("/create", StringComparison.Ordinal) || uri.AbsolutePath.EndsWith("/rotate", StringComparison.Ordinal))
        {
            // Making a key takes the vault seconds, and asked again it makes another: better waited for.
            message.NetworkTimeout = Budget;
        }

        if (!json.IsEmpty)
        {
            message.Request.Content = RequestContent.Create(json);
            message.Request.Headers.Add("Content-Type", "application/json");
        }

        await pipeline.SendAsync(message, cancel);
        var buffer = ArrayPool<byte>.Shared.Rent(LargestAnswer);
        try
        {
            var length = message.Response.ContentStream is { } content
                ? await content.ReadAtLeastAsync(buffer, LargestAnswer, throwOnEndOfStream: false, cancel)
                : 0;
            var body = buffer.AsMemory(0, length);
            return message.Response.Status == 200
                ? read(body.Span)
                : throw Error(message.Response.Status, body, unwrapping: uri.AbsolutePath.EndsWith("/unwrapkey", StringComparison.Ordinal));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static KeyVaultException Error(int status, ReadOnlyMemory<byte> body, bool unwrapping)
    {
        var (code, inner) = Codes(body);
        var fault = status switch
        {
            404 => KeyVaultFault.NotFound,
            409 when inner is "ObjectIsDeletedButRecoverable" or "ObjectIsBeingDeleted" => KeyVaultFault.NotFound,
            400 when unwrapping => KeyVaultFault.BadCiphertext,
            400 or 401 or 403 => KeyVaultFault.Refused,
            _ => KeyVaultFault.Unavailable,
        };
        return new(fault, $"The vault answered {status} {code} {inner}".TrimEnd() + ".");
    }

    private static (string? Code, string? Inner) Codes(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var error = json.RootElement.GetProperty("error");
            return (
                error.GetProperty("code").GetString(),
                error.TryGetProperty("innererror", out var inner) && inner.ValueKind == JsonValueKind.Object
                    && inner.TryGetProperty("code", out var code) ? code.GetString() : null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return (null, null);
        }
    }
}
