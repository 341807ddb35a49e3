using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using RecordsGuard.Local;

namespace RecordsGuard.Tests.Local;

/// <summary>What is missing is said in one sentence: exit code 1 and no stack trace.</summary>
public sealed class PrerequisitesTests : IDisposable
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("local-");

    public void Dispose() => data.Delete(recursive: true);

    [Fact]
    public async Task A_taken_port_is_named_with_a_way_out()
    {
        var first = FreeRow();
        using var taken = new TcpListener(IPAddress.Loopback, first + 2);
        taken.Start();

        var (exitCode, error) = await RunAsync($"--port={first}");

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"Port {first + 2}, meant for blobs, is taken", Assert.Single(error), StringComparison.Ordinal);
        Assert.Contains("--port", error[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_node_is_said()
    {
        var (exitCode, error) = await RunAsync("--port=0", path: data.FullName);

        Assert.Equal(1, exitCode);
        Assert.Equal("RecordsGuard.Local needs Node.js 20 or newer on the PATH, for local storage, and found none.", Assert.Single(error));
    }

    [Fact]
    public async Task An_old_node_is_said()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in for an old Node.js is a shell script.");
        var node = Path.Combine(data.FullName, "node");
        await File.WriteAllTextAsync(node, "#!/bin/sh\necho v18.19.1\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(node, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var (exitCode, error) = await RunAsync("--port=0", path: data.FullName);

        Assert.Equal(1, exitCode);
        Assert.EndsWith("and found v18.19.1.", Assert.Single(error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_no_function_app_is_said()
    {
        var (exitCode, error) = await RunAsync("--port=0", $"--app={data.FullName}");

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"{data.FullName} is no function app", Assert.Single(error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port=70000")]
    [InlineData("--clock=someday")]
    public async Task A_wrong_option_is_refused(string option)
    {
        var (exitCode, error) = await RunAsync(option);

        Assert.Equal(1, exitCode);
        Assert.Contains(error, l => l.StartsWith(option.Split('=')[0], StringComparison.Ordinal));
    }

    private async Task<(int ExitCode, List<string> Error)> RunAsync(string option, string? other = null, string? path = null)
    {
        var dotnet = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet");
        var program = typeof(LocalPorts).Assembly.Location;
        var start = new ProcessStartInfo(Path.GetFullPath(dotnet), [program, option, $"--data={data.FullName}/d"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (other is not null)
        {
            start.ArgumentList.Add(other);
        }

        if (path is not null)
        {
            start.Environment["PATH"] = path;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await output;
        return (process.ExitCode, [.. error.Split('\n', StringSplitOptions.RemoveEmptyEntries)]);
    }

    private static int FreeRow()
    {
        for (var first = 20_000; ; first += 8)
        {
            try
            {
                foreach (var port in Enumerable.Range(first, 8))
                {
                    using var listener = new TcpListener(IPAddress.Loopback, port);
                    listener.Start();
                }

                return first;
            }
            catch (SocketException)
            {
                // Taken; the next row.
            }
        }
    }
}
