using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace RecordsGuard.Local;

/// <summary>
/// The eight loopback ports of a local stack: the Functions host, the vault, storage as the app sees it (through the
/// proxy that keeps resource logs), and Azurite itself.
/// </summary>
internal sealed record LocalPorts(
    int Host, int Vault, int Blob, int Queue, int Table, int AzuriteBlob, int AzuriteQueue, int AzuriteTable)
{
    /// <summary>Eight ports in a row from <paramref name="port"/>; eight free ones if it is 0.</summary>
    public static LocalPorts From(int port)
    {
        int[] ports = port == 0 ? Free(8) : [.. Enumerable.Range(port, 8)];
        return new(ports[0], ports[1], ports[2], ports[3], ports[4], ports[5], ports[6], ports[7]);
    }

    /// <summary>One more port that is free now, for the app's own process.</summary>
    public static int FreePort() => Free(1)[0];

    // Below the range from which systems take the ports of outgoing connections: one of those must not be in the way
    // when we listen, seconds later.
    private static int[] Free(int count)
    {
        var listeners = new List<TcpListener>();
        try
        {
            for (var tries = 0; listeners.Count < count; tries++)
            {
                var listener = new TcpListener(IPAddress.Loopback, RandomNumberGenerator.GetInt32(10_000, 32_000));
                try
                {
                    listener.Start();
                    listeners.Add(listener);
                }
                catch (SocketException) when (tries < 1000)
                {
                    listener.Dispose();
                }
            }

            return [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(l => l.Dispose());
        }
    }
}
