using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MimeKit;
using RecordsGuard.Alerts;

namespace RecordsGuard.Azure.Tests.Contracts;

/// <summary>E-mail handed to a server that speaks SMTP over TLS, and fails in the ways that servers do.</summary>
public sealed class MailRouteTests : AlertRouteContract, IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recordsguard-mail-");
    private SmtpReceiver? receiver;

    protected override IReadOnlyList<byte[]> Arrived => [.. receiver!.Messages.Select(m =>
    {
        using var stream = new MemoryStream();
        m.Attachments.OfType<MimePart>().Single().Content!.DecodeTo(stream, CancellationToken.None);
        return stream.ToArray();
    })];

    [Fact]
    public async Task A_message_says_what_happened_and_a_repeat_has_the_same_id()
    {
        var route = await RouteAsync();
        var notice = Notice with { Subject = "Critical: storage-read", Text = "Somebody read." };
        await route.DeliverAsync(notice, Cancel);
        await route.DeliverAsync(notice, Cancel);
        var messages = receiver!.Messages.ToList();
        Assert.All(messages, m => Assert.Equal("[RecordsGuard] Critical: storage-read", m.Subject));
        Assert.Equal("Somebody read.", messages[0].TextBody!.Trim());
        Assert.Equal(messages[0].MessageId, messages[1].MessageId);
        Assert.True(route.IsForPeople);
    }

    [Theory]
    [InlineData(SmtpFault.NoTls)]
    [InlineData(SmtpFault.ForeignCertificate)]
    [InlineData(SmtpFault.ClosesAtOnce)]
    [InlineData(SmtpFault.RefusesRecipient)]
    [InlineData(SmtpFault.RefusesData)]
    [InlineData(SmtpFault.ClosesBeforeItTook)]
    public async Task Whatever_goes_wrong_is_an_error_and_nothing_goes_out_in_clear(SmtpFault fault)
    {
        var route = await RouteAsync();
        receiver!.Fault = fault;
        await Assert.ThrowsAsync<AlertRouteException>(() => route.DeliverAsync(Notice, Cancel));
        Assert.Empty(receiver.Messages);
        Assert.False(receiver.SawMailInClear);
    }

    [Fact]
    public async Task A_server_that_hangs_up_after_it_took_the_message_has_taken_it()
    {
        var route = await RouteAsync();
        receiver!.Fault = SmtpFault.ClosesAfterItTook;
        await route.DeliverAsync(Notice, Cancel);
        Assert.Single(receiver.Messages);
    }

    public async ValueTask DisposeAsync()
    {
        await (receiver?.DisposeAsync() ?? default);
        folder.Delete(recursive: true);
    }

    protected override async Task<IAlertRoute> RouteAsync()
    {
        receiver = new();
        var root = Path.Combine(folder.FullName, "root.pem");
        await File.WriteAllTextAsync(root, receiver.Root.ExportCertificatePem(), Cancel);
        return AzureAdapters.Mail(
            new("127.0.0.1", receiver.Port, "alerts@practice.example", null, null), "mail", ["security@practice.example"], isSecondContact: false, root);
    }

    protected override void Break() => receiver!.Fault = SmtpFault.ClosesAtOnce;
}

public enum SmtpFault
{
    None,
    NoTls,
    ForeignCertificate,
    ClosesAtOnce,
    RefusesRecipient,
    RefusesData,
    ClosesBeforeItTook,
    ClosesAfterItTook,
}

/// <summary>RFC 5321 as far as a client needs it, with STARTTLS (RFC 3207).</summary>
internal sealed class SmtpReceiver : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;
    private readonly X509Certificate2 leaf;
    private readonly X509Certificate2 foreign;

    public SmtpReceiver()
    {
        (Root, leaf) = Chain("receiver");
        (_, foreign) = Chain("foreign");
        listener.Start();
        serving = ServeAsync();
    }

    public X509Certificate2 Root { get; }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public SmtpFault Fault { get; set; }

    public bool SawMailInClear { get; private set; }

    public ConcurrentQueue<MimeMessage> Messages { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await serving;
        stop.Dispose();
    }

    private static (X509Certificate2 Root, X509Certificate2 Leaf) Chain(string name)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest($"CN={name} root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var root = rootRequest.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1")], false));
        using var signed = request.Create(root, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3, 4]);
        using var withKey = signed.CopyWithPrivateKey(key);
        return (root, X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null));
    }

    private async Task ServeAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(stop.Token);
                await TalkAsync(client.GetStream());
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or System.Security.Authentication.AuthenticationException)
            {
                continue;
            }
        }
    }

    private async Task TalkAsync(Stream stream)
    {
        if (Fault == SmtpFault.ClosesAtOnce)
        {
            return;
        }

        var secure = false;
        await SayAsync(stream, "220 receiver");
        while (await LineAsync(stream) is { } line)
        {
            var verb = line.Split(' ')[0].ToUpperInvariant();
            SawMailInClear |= !secure && verb is "MAIL" or "DATA";
            switch (verb)
            {
                case "EHLO":
                    await SayAsync(stream, secure || Fault == SmtpFault.NoTls ? "250 receiver" : "250-receiver\r\n250 STARTTLS");
                    break;
                case "STARTTLS":
                    await SayAsync(stream, "220 go");
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Fault == SmtpFault.ForeignCertificate ? foreign : leaf }, stop.Token);
                    (stream, secure) = (tls, true);
                    break;
                case "RCPT" when Fault == SmtpFault.RefusesRecipient:
                    await SayAsync(stream, "550 nobody of that name");
                    break;
                case "DATA" when Fault == SmtpFault.RefusesData:
                    await SayAsync(stream, "451 later");
                    break;
                case "DATA":
                    await SayAsync(stream, "354 go");
                    var data = new StringBuilder();
                    while (await LineAsync(stream) is { } text && text != ".")
                    {
                        data.Append(text.StartsWith('.') ? text[1..] : text).Append("\r\n");
                    }

                    if (Fault == SmtpFault.ClosesBeforeItTook)
                    {
                        return;
                    }

                    Messages.Enqueue(await MimeMessage.LoadAsync(new MemoryStream(Encoding.UTF8.GetBytes(data.ToString())), stop.Token));
                    await SayAsync(stream, "250 taken");
                    if (Fault == SmtpFault.ClosesAfterItTook)
                    {
                        return;
                    }

                    break;
                case "QUIT":
                    await SayAsync(stream, "221 bye");
                    return;
                default:
                    await SayAsync(stream, "250 ok");
                    break;
            }
        }
    }

    private async Task SayAsync(Stream stream, string text)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"), stop.Token);
        await stream.FlushAsync(stop.Token);
    }

    /// <summary>Byte by byte: what follows STARTTLS is not ours to read.</summary>
    private async Task<string?> LineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, stop.Token) == 1)
        {
            if (one[0] == '\n')
            {
                return Encoding.UTF8.GetString(line.ToArray()).TrimEnd('\r');
            }

            line.Add(one[0]);
        }

        return null;
    }
}
