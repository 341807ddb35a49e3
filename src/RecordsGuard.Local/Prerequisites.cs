using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RecordsGuard.Local;

/// <summary>What must be so before anything is started; each thing that is not is one sentence.</summary>
internal static class Prerequisites
{
    private const int OldestNode = 20;

    /// <exception cref="LocalFailure">Something is missing.</exception>
    public static async Task CheckAsync(LocalOptions options, LocalPorts ports, CancellationToken cancellationToken)
    {
        await NodeAsync(cancellationToken);
        PortsAreFree(ports);
        if (!options.ServicesOnly && !File.Exists(Path.Combine(options.App.FullName, "host.json")))
        {
            throw new LocalFailure($"{options.App.FullName} is no function app (it has no host.json): build the solution first, or pass --app.");
        }
    }

    private static async Task NodeAsync(CancellationToken cancellationToken)
    {
        const string Wanted = "RecordsGuard.Local needs Node.js 20 or newer on the PATH, for local storage";
        var version = "";
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", "--version") { RedirectStandardOutput = true })!;
            version = (await node.StandardOutput.ReadToEndAsync(cancellationToken)).Trim();
            await node.WaitForExitAsync(cancellationToken);
        }
        catch (Win32Exception e)
        {
            throw new LocalFailure($"{Wanted}, and found none.", e);
        }

        if (!int.TryParse(version.TrimStart('v').Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) || major < OldestNode)
        {
            throw new LocalFailure($"{Wanted}, and found {(version.Length > 0 ? version : "one that does not say its version")}.");
        }
    }

    private static void PortsAreFree(LocalPorts ports)
    {
        var uses = new (int Port, string Use)[]
        {
            (ports.Host, "the app"), (ports.Vault, "the key vault"), (ports.Blob, "blobs"), (ports.Queue, "queues"),
            (ports.Table, "tables"), (ports.AzuriteBlob, "Azurite's blobs"), (ports.AzuriteQueue, "Azurite's queues"),
            (ports.AzuriteTable, "Azurite's tables"),
        };
        foreach (var (port, use) in uses)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
            }
            catch (SocketException e)
            {
                throw new LocalFailure(
                    $"Port {port}, meant for {use}, is taken: choose another start with --port (eight in a row are used), or --port 0 for free ones.", e);
            }
        }
    }
}
