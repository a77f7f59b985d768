//+------------------------------------------------------------------+
//| libzmq, imported directly: handles are long, sizes ulong, strings |
//| arrays of UTF-8 bytes. Nothing here ever waits.                   |
//+------------------------------------------------------------------+
#import "libzmq.dll"
long zmq_ctx_new();
int  zmq_ctx_term(long context);
long zmq_socket(long context,int type);
int  zmq_close(long socket);
int  zmq_connect(long socket,const uchar &endpoint[]);
int  zmq_setsockopt(long socket,int option,const uchar &value[],ulong length);
int  zmq_setsockopt(long socket,int option,const int &value,ulong length);
int  zmq_getsockopt(long socket,int option,int &value,ulong &length);
int  zmq_send(long socket,const uchar &buffer[],ulong length,int flags);
int  zmq_recv(long socket,uchar &buffer[],ulong length,int flags);
int  zmq_errno();
void zmq_version(int &major,int &minor,int &patch);
int  zmq_curve_keypair(uchar &public_key[],uchar &secret_key[]);
#import

#define ZMQ_DEALER          5
#define ZMQ_PUSH            8
#define ZMQ_ROUTING_ID      5
#define ZMQ_SNDBUF          11
#define ZMQ_RCVMORE         13
#define ZMQ_LINGER          17
#define ZMQ_RECONNECT_IVL   18
#define ZMQ_SNDHWM          23
#define ZMQ_IMMEDIATE       39
#define ZMQ_CURVE_SERVERKEY 50
#define ZMQ_CURVE_PUBLICKEY 48
#define ZMQ_CURVE_SECRETKEY 49
#define ZMQ_DONTWAIT        1
#define ZMQ_EAGAIN          11
#define ZMQ_KEY_SIZE        41
