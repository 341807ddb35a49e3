using System.Text;
using System.Text.Json;
using RecordsGuard.Functions;
using RecordsGuard.Local.Host;

namespace RecordsGuard.Tests.Functions;

public sealed class InvocationTests
{
    [Theory]
    [InlineData("""{"Data":{"message":"\"plain\""},"Metadata":{}}""", "plain")]
    [InlineData("""{"Data":{"message":"\"{\\\"a\\\":1}\""},"Metadata":{}}""", """{"a":1}""")]
    [InlineData("""{"Data":{"message":"plain"},"Metadata":{}}""", "plain")]
    [InlineData("""{"Data":{"message":"\"not json\\"}}""", "\"not json\\")]
    [InlineData("""{"Data":{"message":{"a":1}}}""", """{"a":1}""")]
    [InlineData("""{"Data":{"message":"aGVsbG8="}}""", "aGVsbG8=")]
    public void A_queue_message_is_decoded_as_often_as_it_was_encoded(string body, string message) =>
        Assert.Equal(message, Invocation.QueueMessage(Encoding.UTF8.GetBytes(body), binary: false));

    [Fact]
    public void A_binary_message_is_base64() =>
        Assert.Equal("hello", Invocation.QueueMessage("""{"Data":{"message":"aGVsbG8="}}"""u8.ToArray(), binary: true));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"Data":{}}""")]
    [InlineData("""{"Metadata":{}}""")]
    [InlineData("""{"Data":{"a":"1","b":"2"}}""")]
    public void What_is_not_the_protocol_is_refused(string body) =>
        Assert.ThrowsAny<JsonException>(() => Invocation.QueueMessage(Encoding.UTF8.GetBytes(body), binary: false));

    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("\"quoted\"")]
    [InlineData("{\"name\":\"ü \\\" \\\\ \\n\"}")]
    public void What_the_played_host_sends_comes_back_as_it_was(string message)
    {
        var data = QueueMessageJson.Data(Encoding.UTF8.GetBytes(message), binary: false).ToJsonString();

        Assert.Equal(message, Invocation.QueueMessage(Encoding.UTF8.GetBytes($$$"""{"Data":{"message":{{{data}}}}}"""), binary: false));
    }

    [Fact]
    public void Success_is_an_object_and_neither_empty_nor_null()
    {
        using var json = JsonDocument.Parse(Invocation.Success);

        Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
    }
}
