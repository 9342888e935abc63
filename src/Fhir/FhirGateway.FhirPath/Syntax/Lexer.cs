using System.Globalization;
using System.Text;

namespace FhirGateway.FhirPath.Syntax;

/// <summary>Cuts an expression into tokens (grammar: FHIRPath N1, appendix B).</summary>
internal sealed class Lexer(string expression)
{
    private static readonly string[] Symbols = [
        "<=", ">=", "!=", "!~", "(", ")", "[", "]", "{", "}", ".", ",", "+", "-", "*", "/", "&", "|", "<", ">", "=", "~"];
    private int _at;

    /// <exception cref="FhirPathException">What follows is not a token.</exception>
    public Token Next()
    {
        SkipBlanksAndComments();
        if (_at >= expression.Length) return new Token(TokenKind.End, "", _at);
        var start = _at;
        var c = expression[_at];
        if (IsIdentifierStart(c) || c == '$') return Identifier(start);
        if (char.IsAsciiDigit(c)) return Number(start);
        switch (c)
        {
            case '\'':
                return new Token(TokenKind.String, Quoted('\''), start);
            case '`':
                return new Token(TokenKind.DelimitedIdentifier, Quoted('`'), start);
            case '"':
                throw Error("Strings are written in single quotes", start);
            case '@':
                return DateOrTime(start);
            case '%':
                return Constant(start);
        }

        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(expression, _at, symbol, 0, symbol.Length) != 0) continue;
            _at += symbol.Length;
            return new Token(TokenKind.Symbol, symbol, start);
        }

        throw Error($"The character '{c}' has no meaning in FHIRPath", start);
    }

    private void SkipBlanksAndComments()
    {
        while (_at < expression.Length)
        {
            if (char.IsWhiteSpace(expression[_at]))
            {
                _at++;
            }
            else if (StartsWith("//"))
            {
                while (_at < expression.Length && expression[_at] is not '\n' and not '\r') _at++;
            }
            else if (StartsWith("/*"))
            {
                var end = expression.IndexOf("*/", _at + 2, StringComparison.Ordinal);
                if (end < 0) throw Error("A comment is not finished", _at);
                _at = end + 2;
            }
            else
            {
                return;
            }
        }
    }

    private Token Identifier(int start)
    {
        _at++;
        while (_at < expression.Length && (IsIdentifierStart(expression[_at]) || char.IsAsciiDigit(expression[_at]))) _at++;
        return new Token(TokenKind.Identifier, expression[start.._at], start);
    }

    private Token Number(int start)
    {
        SkipDigits();
        if (_at + 1 < expression.Length && expression[_at] == '.' && char.IsAsciiDigit(expression[_at + 1]))
        {
            _at++;
            SkipDigits();
        }
        else if (_at < expression.Length && expression[_at] == 'L' && !IsIdentifierPart(_at + 1))
        {
            return new Token(TokenKind.Long, expression[start.._at++], start);
        }

        return new Token(TokenKind.Number, expression[start.._at], start);
    }

    private bool IsIdentifierPart(int at) =>
        at < expression.Length && (IsIdentifierStart(expression[at]) || char.IsAsciiDigit(expression[at]));

    private Token Constant(int start)
    {
        _at++;
        if (_at >= expression.Length) throw Error("After % a name is expected", start);
        var c = expression[_at];
        if (c is '`' or '\'') return new Token(TokenKind.Constant, Quoted(c), start);
        if (!IsIdentifierStart(c)) throw Error("After % a name is expected", start);
        return Identifier(_at) with { Kind = TokenKind.Constant, Offset = start };
    }

    private Token DateOrTime(int start)
    {
        _at++;
        var kind = TokenKind.Date;
        if (_at < expression.Length && expression[_at] == 'T')
        {
            _at++;
            kind = TokenKind.Time;
            ReadTime();
            return new Token(kind, expression[(start + 2).._at], start);
        }

        SkipDigits();
        while (_at + 1 < expression.Length && expression[_at] == '-' && char.IsAsciiDigit(expression[_at + 1]))
        {
            _at++;
            SkipDigits();
        }

        if (_at < expression.Length && expression[_at] == 'T')
        {
            _at++;
            kind = TokenKind.DateTime;
            if (_at < expression.Length && char.IsAsciiDigit(expression[_at]))
            {
                ReadTime();
                ReadZone();
            }
        }

        return new Token(kind, expression[(start + 1).._at], start);
    }

    private void ReadTime()
    {
        SkipDigits();
        var colons = 0;
        while (_at + 1 < expression.Length && expression[_at] == ':' && char.IsAsciiDigit(expression[_at + 1]))
        {
            _at++;
            colons++;
            SkipDigits();
        }

        if (colons == 2 && _at + 1 < expression.Length && expression[_at] == '.' && char.IsAsciiDigit(expression[_at + 1]))
        {
            _at++;
            SkipDigits();
        }
    }

    // "+10:00" belongs to the literal only with its colon: @2015-02-04T14 + 10 adds.
    private void ReadZone()
    {
        if (_at >= expression.Length) return;
        if (expression[_at] == 'Z') _at++;
        else if (expression[_at] is '+' or '-' && _at + 5 < expression.Length && expression[_at + 3] == ':') _at += 6;
    }

    private string Quoted(char quote)
    {
        var start = _at++;
        var text = new StringBuilder();
        while (true)
        {
            if (_at >= expression.Length) throw Error("A quotation is not finished", start);
            var c = expression[_at++];
            if (c == quote) return text.ToString();
            text.Append(c == '\\' ? Escape() : c);
        }
    }

    private char Escape()
    {
        var start = _at - 1;
        var c = _at < expression.Length ? expression[_at++] : ' ';
        switch (c)
        {
            case '\'' or '"' or '`' or '\\' or '/':
                return c;
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'f':
                return '\f';
            case 'u' when _at + 4 <= expression.Length
                && ushort.TryParse(expression.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                _at += 4;
                return (char)code;
            default:
                throw Error($"\\{c} is not an escape that FHIRPath knows", start);
        }
    }

    private void SkipDigits()
    {
        while (_at < expression.Length && char.IsAsciiDigit(expression[_at])) _at++;
    }

    private bool StartsWith(string symbol) => string.CompareOrdinal(expression, _at, symbol, 0, symbol.Length) == 0;

    private static bool IsIdentifierStart(char c) => char.IsAsciiLetter(c) || c == '_';

    private FhirPathException Error(string problem, int offset) => new(problem, expression, offset);
}
